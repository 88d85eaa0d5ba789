import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";

/** The theme colours as values, because a canvas cannot read CSS variables. */
export type ChartColors = Record<
  "ok" | "near" | "over" | "none" | "line" | "text" | "dimmed" | "surface" | "track" | "deep",
  string
>;

export function useChartColors(): ChartColors {
  const scheme = useComputedColorScheme("light");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the variables follow the scheme
  return useMemo(readColors, [scheme]);
}

function readColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ok: read("--contor-ok"),
    near: read("--contor-near"),
    over: read("--contor-over"),
    none: read("--contor-none"),
    line: read("--contor-line"),
    track: read("--contor-track"),
    deep: read("--contor-deep"),
    text: read("--mantine-color-text"),
    dimmed: read("--mantine-color-dimmed"),
    surface: read("--mantine-color-body"),
  };
}
