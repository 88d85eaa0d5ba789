import { Loader, Select, type SelectProps, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Owner } from "@/api/types";
import { useProblemText } from "@/i18n/problem";
import { useOwners } from "./api/useOwners";
import { nameOf, type Person } from "./ownership";

type Props = Omit<SelectProps, "data" | "value" | "onChange"> & {
  value: string | null;
  onChange: (id: string | null, person: Person | null) => void;
  /** The current owner, whose name is shown before any search. */
  current: Owner | null | undefined;
};

/** Searches people by name, username, e-mail or id. */
export function OwnerSelect({ value, onChange, current, error, ...props }: Props) {
  const { t } = useTranslation("devices");
  const { describe } = useProblemText();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Person | null>(null);
  const known = [chosen, current].find((person) => person && person.id === value);
  const label = known ? nameOf(known) : null;
  // The field also reports the label of the chosen person, which is not a search.
  const [search] = useDebouncedValue(typed === label ? "" : typed, 200);
  const found = useOwners(search);
  const people: Person[] = [...(found.data ?? [])];
  if (known && !people.some(({ id }) => id === known.id)) people.unshift(known);

  return (
    <Select
      searchable
      clearable
      filter={({ options }) => options}
      data={people.map((person) => ({ value: person.id, label: nameOf(person) }))}
      value={value}
      onChange={(id) => {
        const person = people.find((one) => one.id === id) ?? null;
        setChosen(person);
        onChange(id, person);
      }}
      onSearchChange={setTyped}
      nothingFoundMessage={t(found.isFetching ? "form.searching" : "form.ownerNothing")}
      rightSection={found.isFetching && typed !== "" ? <Loader size="xs" /> : undefined}
      error={error ?? (found.isError ? describe(found.error) : undefined)}
      renderOption={({ option }) => {
        const email = found.data?.find(({ id }) => id === option.value)?.email;
        return (
          <Stack gap={0}>
            <span>{option.label}</span>
            {email && (
              <Text size="xs" c="dimmed">
                {email}
              </Text>
            )}
          </Stack>
        );
      }}
      {...props}
    />
  );
}
