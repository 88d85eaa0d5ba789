import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";

export function useCannedReplies(enabled = true) {
  return useQuery({
    queryKey: keys.cannedReplies,
    queryFn: ({ signal }) =>
      ok(api.GET("/chat/canned-replies", { params: { query: { limit: 200 } }, signal })),
    select: ({ items }) => items,
    enabled,
  });
}

export type Reply = { id?: string; title: string; text: string };

/** Creates the reply when it has no id. */
export function useSaveReply() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Reply) =>
      id === undefined
        ? ok(api.POST("/chat/canned-replies", { body }))
        : ok(
            api.PATCH("/chat/canned-replies/{reply_id}", {
              params: { path: { reply_id: id } },
              body,
            }),
          ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.cannedReplies }),
  });
}

export function useDeleteReply() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/chat/canned-replies/{reply_id}", { params: { path: { reply_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.cannedReplies }),
  });
}
