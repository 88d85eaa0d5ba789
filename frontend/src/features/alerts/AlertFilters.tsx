import { Group, SegmentedControl, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import { useDevices } from "@/api/calls/useDevices";
import { type AlertSearch, alertStates } from "./search";

/** The filter is part of the URL, so it survives a reload and can be shared. */
export function AlertFilters({ search }: { search: AlertSearch }) {
  const { t } = useTranslation("alerts");
  const navigate = useNavigate();
  const go = (change: AlertSearch) =>
    void navigate({ to: "/alerts", search: { ...search, ...change }, replace: true });
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label={t("filterState")}
        value={search.state ?? "all"}
        onChange={(value) => go({ state: alertStates.find((state) => state === value) })}
        data={[
          { value: "all", label: t("anyState") },
          ...alertStates.map((value) => ({ value, label: t(value) })),
        ]}
      />
      <Select
        aria-label={t("past.filter")}
        w={260}
        allowDeselect={false}
        value={String(search.past ?? "all")}
        onChange={(value) => go({ past: value === "all" ? undefined : value === "true" })}
        data={[
          { value: "all", label: t("past.all") },
          { value: "false", label: t("past.without") },
          { value: "true", label: t("past.only") },
        ]}
      />
      <MeterFilter value={search.device} onChange={(device) => go({ device })} />
    </Group>
  );
}

type Props = { value: string | undefined; onChange: (id: string | undefined) => void };

/** Searches on the server: an administrator may have thousands of meters. */
function MeterFilter({ value, onChange }: Props) {
  const { t } = useTranslation("alerts");
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 200);
  const found = useDevices({ q: q || undefined, limit: 20 }).data?.items ?? [];
  const options = found.map(({ id, name }) => ({ value: id, label: name }));
  const chosen = useChosen(value);
  if (chosen && !options.some((option) => option.value === chosen.value)) options.push(chosen);
  return (
    <Select
      aria-label={t("filterMeter")}
      placeholder={t("allMeters")}
      w={260}
      searchable
      clearable
      filter={({ options }) => options}
      data={options}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      onSearchChange={(text) => setTyped(text === chosen?.label ? "" : text)}
    />
  );
}

function useChosen(id: string | undefined): { value: string; label: string } | null {
  const device = useDevice(id ?? "", id !== undefined).data;
  return device && id ? { value: id, label: device.name } : null;
}
