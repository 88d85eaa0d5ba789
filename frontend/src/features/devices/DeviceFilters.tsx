import { Chip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useOwners } from "./api/useOwners";
import { OwnerSelect } from "./OwnerSelect";
import type { DevicesSearch } from "./search";

type Props = { search: DevicesSearch; onChange: (change: DevicesSearch) => void };

export function DeviceFilters({ search, onChange }: Props) {
  const { t } = useTranslation("devices");
  return (
    <>
      <OwnerFilter
        owner={search.owner}
        onChange={(owner) => onChange({ owner, unassigned: undefined })}
      />
      <Chip
        checked={search.unassigned ?? false}
        onChange={(checked) =>
          onChange({ unassigned: checked ? true : undefined, owner: undefined })
        }
      >
        {t("filter.unassigned")}
      </Chip>
    </>
  );
}

type OwnerProps = { owner: string | undefined; onChange: (owner: string | undefined) => void };

function OwnerFilter({ owner, onChange }: OwnerProps) {
  const { t } = useTranslation("devices");
  const found = useOwners(owner ?? "").data?.find(({ id }) => id === owner);
  return (
    <OwnerSelect
      w={240}
      aria-label={t("filter.owner")}
      placeholder={t("filter.anyOwner")}
      value={owner ?? null}
      current={found}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
