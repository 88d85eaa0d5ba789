import { Drawer } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";

type Props = {
  opened: boolean;
  title: string;
  size?: "md" | "lg";
  onClose: () => void;
  children: ReactNode;
};

/** Where things are created and edited; the list beside it stays. */
export function EditDrawer({ opened, title, size = "md", onClose, children }: Props) {
  const { t } = useTranslation();
  // What was open is still drawn while the drawer slides away.
  const last = useRef({ title, size, children });
  if (opened) last.current = { title, size, children };
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={last.current.title}
      size={last.current.size}
      closeButtonProps={{ "aria-label": t("action.close") }}
      styles={{ title: { fontWeight: 650, fontSize: "var(--mantine-font-size-lg)" } }}
    >
      {last.current.children}
    </Drawer>
  );
}
