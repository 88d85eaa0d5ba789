import {
  alpha,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#e7f5f5",
  "#d0e9ea",
  "#a1d5d6",
  "#6ebfc1",
  "#45a9ac",
  "#289a9e",
  "#17888d",
  "#0e7378",
  "#085e62",
  "#034a4d",
];

/** Means "near the limit". */
const amber: MantineColorsTuple = [
  "#fff6e2",
  "#ffeac5",
  "#ffd78a",
  "#ffc247",
  "#f8ae1c",
  "#e69a05",
  "#c98400",
  "#a36a00",
  "#825400",
  "#614000",
];

const dark: MantineColorsTuple = [
  "#dbe3e5",
  "#b9c5c9",
  "#93a2a8",
  "#6b7b82",
  "#43535a",
  "#324148",
  "#243136",
  "#1b2529",
  "#131b1f",
  "#0c1215",
];

export const theme: MantineThemeOverride = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol, amber, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Card: { defaultProps: { padding: "md", radius: "lg", shadow: "xs", withBorder: false } },
    Modal: { defaultProps: { centered: true, radius: "lg" } },
    Drawer: { defaultProps: { position: "right", size: "md" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    // The placeholder for the initial focus is not a menu item, which ARIA does not allow in a menu.
    Menu: {
      defaultProps: { shadow: "md", position: "bottom-end", withInitialFocusPlaceholder: false },
    },
    Code: { styles: { root: { backgroundColor: "var(--contor-track)" } } },
    Popover: { defaultProps: { shadow: "md" } },
  },
});

/** In the dark scheme, "light" buttons, badges and alerts are lighter than the card they are on. */
const tint = (color: string, hex: string) => ({
  [`--mantine-color-${color}-light`]: alpha(hex, 0.16),
  [`--mantine-color-${color}-light-hover`]: alpha(hex, 0.24),
});

/** The colours of ok, near, over and none; the charts read the same variables. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--contor-ground": "#f2f6f6",
    "--contor-ok": petrol[6],
    "--contor-near": "#d98d00",
    "--contor-near-text": amber[8],
    "--contor-over": "#d0342c",
    "--contor-none": "#a9b4b8",
    "--contor-track": "#e3eaeb",
    "--contor-deep": petrol[9],
    "--contor-line": "#e1e8e9",
    "--contor-glow": petrol[1],
    "--mantine-color-dimmed": "#586970",
    "--mantine-color-placeholder": "#718188",
    "--mantine-color-error": "#c92a2a",
  },
  dark: {
    "--contor-ground": "#12191d",
    "--contor-ok": petrol[4],
    "--contor-near": "#f8ae1c",
    "--contor-near-text": amber[4],
    "--contor-over": "#ff6b61",
    "--contor-none": "#66757c",
    "--contor-track": "#2c3a40",
    "--contor-deep": petrol[1],
    "--contor-line": "#2a363c",
    "--contor-glow": "#12474a",
    "--mantine-color-body": dark[7],
    "--mantine-color-dimmed": dark[2],
    "--mantine-color-placeholder": "#829197",
    "--mantine-color-error": "#ff8078",
    "--mantine-color-disabled": dark[5],
    ...tint("petrol", petrol[4]),
    ...tint("amber", amber[4]),
    ...tint("red", "#ff6b61"),
    ...tint("gray", dark[1]),
  },
});
