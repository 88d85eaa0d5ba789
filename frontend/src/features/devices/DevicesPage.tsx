import { useTranslation } from "react-i18next";
import { PageHeader } from "@/components/PageHeader";

export function DevicesPage() {
  const { t } = useTranslation("devices");
  return <PageHeader title={t("title")} />;
}
