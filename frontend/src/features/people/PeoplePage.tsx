import { Button, SegmentedControl, Stack } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PeopleQuery, usePeople } from "@/api/calls/usePeople";
import type { User } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { PageHeader } from "@/components/PageHeader";
import { ProblemAlert } from "@/components/ProblemAlert";
import { EmptyState } from "@/components/StateBlock";
import { useTableState } from "@/components/useTableState";
import { useChangePerson } from "./api/useChangePerson";
import { DeletePerson } from "./DeletePerson";
import { PersonActions } from "./PersonActions";
import { PersonDrawer } from "./PersonDrawer";
import { type PeopleSearch, parsePerson } from "./search";
import { usePersonColumns } from "./usePersonColumns";

type PeopleSort = NonNullable<PeopleQuery["sort"]>;

const route = getRouteApi("/member/admin/people");

export function PeoplePage() {
  const { t } = useTranslation("people");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = (change: PeopleSearch) => void navigate({ search: { ...search, ...change } });
  const open = (person?: string) => go({ person });

  const table = useTableState<PeopleSort>("username", search.role);
  const people = usePeople({ ...table.query, role: search.role });
  const toggle = useChangePerson();
  const [deleting, setDeleting] = useState<User | null>(null);
  const columns = usePersonColumns((user) => (
    <PersonActions
      user={user}
      onEdit={() => open(user.id)}
      onToggle={() => toggle.mutate({ id: user.id, disabled: !user.disabled })}
      onDelete={() => setDeleting(user)}
    />
  ));

  return (
    <>
      <PageHeader
        title={t("title")}
        actions={
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => open("new")}>
            {t("add")}
          </Button>
        }
      />
      <Stack>
        <ProblemAlert reason={toggle.error} onClose={toggle.reset} />
        <DataTable
          label={t("title")}
          columns={columns}
          query={people}
          state={table}
          rowKey={(user) => user.id}
          onOpen={(user) => open(user.id)}
          filters={
            <SegmentedControl
              aria-label={t("filter.label")}
              value={search.role ?? "all"}
              onChange={(role) => go(parsePerson({ ...search, role }))}
              data={(["all", "client", "admin"] as const).map((value) => ({
                value,
                label: t(`filter.${value}`),
              }))}
            />
          }
          empty={
            <EmptyState
              icon={<IconUsers size={26} />}
              title={t("emptyTitle")}
              text={t("emptyText")}
            />
          }
        />
      </Stack>
      <PersonDrawer person={search.person} onClose={() => open()} />
      {deleting && <DeletePerson user={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}
