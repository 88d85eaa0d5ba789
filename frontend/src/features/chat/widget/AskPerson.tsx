import { Button } from "@mantine/core";
import { IconHeadset } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

type Props = {
  ask: { mutate: () => void; isPending: boolean };
  /** Below an answer that offers a person: the button is filled. */
  offered?: boolean;
};

export function AskPerson({ ask, offered = false }: Props) {
  const { t } = useTranslation("chat");
  return (
    <Button
      size="compact-sm"
      variant={offered ? "filled" : "default"}
      mt={offered ? "xs" : undefined}
      style={{ flexShrink: 0 }}
      leftSection={<IconHeadset size={15} aria-hidden />}
      loading={ask.isPending}
      onClick={() => ask.mutate()}
    >
      {t("person.ask")}
    </Button>
  );
}
