import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import { Problem } from "@/api/problem";
import type { User } from "@/api/types";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds people by part of a name, username or e-mail, or one person by id. */
export function useOwners(typed: string) {
  const text = typed.trim();
  const query = { q: text || undefined, limit: 20 };
  const isId = ID.test(text);
  return useQuery<User[]>({
    queryKey: isId ? keys.user(`found:${text}`) : keys.userList({ owners: query }),
    queryFn: ({ signal }) => (isId ? byId(text, signal) : byName(query, signal)),
    placeholderData: keepPreviousData,
  });
}

async function byName(query: { q?: string; limit: number }, signal: AbortSignal) {
  return (await ok(api.GET("/users", { params: { query }, signal }))).items;
}

async function byId(id: string, signal: AbortSignal): Promise<User[]> {
  try {
    return [await ok(api.GET("/users/{user_id}", { params: { path: { user_id: id } }, signal }))];
  } catch (reason) {
    if (reason instanceof Problem && reason.status === 404) return [];
    throw reason;
  }
}
