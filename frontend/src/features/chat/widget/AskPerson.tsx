import { Button } from "@mantine/core";
import { IconHeadset } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

type Props = { ask: { mutate: () => void; isPending: boolean } };

/** Always at hand, also before anything was written. */
export function AskPerson({ ask }: Props) {
  const { t } = useTranslation("chat");
  return (
    <Button
      size="compact-sm"
      variant="default"
      mt={5}
      leftSection={<IconHeadset size={15} aria-hidden />}
      loading={ask.isPending}
      onClick={() => ask.mutate()}
    >
      {t("person.ask")}
    </Button>
  );
}
