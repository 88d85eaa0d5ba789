import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import { EditDrawer } from "@/components/EditDrawer";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { usePerson } from "./api/usePerson";
import { EditPersonForm } from "./EditPersonForm";
import { NewPersonForm } from "./NewPersonForm";

type Props = { person: string | undefined; onClose: () => void };

/** A new person ("new"), or one by id. */
export function PersonDrawer({ person, onClose }: Props) {
  const { t } = useTranslation("people");
  const known = person !== undefined && person !== "new";
  const name = usePerson(person ?? "", known).data?.username ?? "…";
  return (
    <EditDrawer
      opened={person !== undefined}
      title={known ? t("editTitle", { name }) : t("newTitle")}
      onClose={onClose}
    >
      {person === "new" && <NewPersonForm onClose={onClose} />}
      {known && <Known key={person} id={person} onClose={onClose} />}
    </EditDrawer>
  );
}

function Known({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const person = usePerson(id);
  if (person.error instanceof Problem && [404, 422].includes(person.error.status)) {
    return <EmptyState title={t("gone")} />;
  }
  return (
    <StateBlock query={person} height={480}>
      {(user) => <EditPersonForm user={user} onClose={onClose} />}
    </StateBlock>
  );
}
