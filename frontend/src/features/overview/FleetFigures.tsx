import { SimpleGrid } from "@mantine/core";
import { IconBroadcast, IconFlame, IconHourglass, IconVolumeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Fleet } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { FleetFigure } from "./FleetFigure";

export function FleetFigures({ fleet }: { fleet: Fleet }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const { devices, reporting, silent, never, over_limit } = fleet;
  const number = (count: number) => format.number(count);
  return (
    <section aria-label={t("figures")}>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: "sm", sm: "md" }}>
        <FleetFigure
          label={t("reporting")}
          value={number(reporting)}
          hint={t("ofMeters", { count: devices })}
          icon={IconBroadcast}
          meaning={reporting > 0 ? "ok" : "none"}
        />
        <FleetFigure
          label={t("silent")}
          value={number(silent)}
          hint={silent > 0 ? t("silentHint") : t("none")}
          icon={IconVolumeOff}
          meaning={silent > 0 ? "near" : "none"}
        />
        <FleetFigure
          label={t("never")}
          value={number(never)}
          hint={never > 0 ? t("neverHint") : t("none")}
          icon={IconHourglass}
          meaning="none"
        />
        <FleetFigure
          label={t("over")}
          value={number(over_limit)}
          hint={over_limit > 0 ? t("overHint") : t("none")}
          icon={IconFlame}
          meaning={over_limit > 0 ? "over" : "none"}
        />
      </SimpleGrid>
    </section>
  );
}
