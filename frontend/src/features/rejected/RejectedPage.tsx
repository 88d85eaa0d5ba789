import { useTranslation } from "react-i18next";
import { PageHeader } from "@/components/PageHeader";

export function RejectedPage() {
  const { t } = useTranslation("rejected");
  return <PageHeader title={t("title")} />;
}
