import { Button, type ButtonProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = ButtonProps & {
  list: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => Promise<unknown>;
  };
};

/** Loads the next page of a list; nothing when the last one is shown. */
export function ShowMore({ list, ...button }: Props) {
  const { t } = useTranslation();
  if (!list.hasNextPage) return null;
  return (
    <Button {...button} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {t("action.showMore")}
    </Button>
  );
}
