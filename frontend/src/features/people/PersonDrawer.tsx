import { useTranslation } from "react-i18next";
import { usePerson } from "@/api/calls/usePerson";
import { isMissing } from "@/api/problem";
import { EditDrawer } from "@/components/EditDrawer";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { EditPersonForm } from "./EditPersonForm";
import { NewPersonForm } from "./NewPersonForm";

type Props = { person: string | undefined; onClose: () => void };

/** `person` is an id, or "new". */
export function PersonDrawer({ person, onClose }: Props) {
  const { t } = useTranslation("people");
  const existing = person !== undefined && person !== "new";
  const name = usePerson(person ?? "", existing).data?.username ?? "…";
  return (
    <EditDrawer
      opened={person !== undefined}
      title={existing ? t("editTitle", { name }) : t("newTitle")}
      onClose={onClose}
    >
      {person === "new" && <NewPersonForm onClose={onClose} />}
      {existing && <ExistingPerson key={person} id={person} onClose={onClose} />}
    </EditDrawer>
  );
}

function ExistingPerson({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const person = usePerson(id);
  if (isMissing(person.error)) {
    return <EmptyState title={t("gone")} />;
  }
  return (
    <StateBlock query={person} height={480}>
      {(user) => <EditPersonForm user={user} onClose={onClose} />}
    </StateBlock>
  );
}
