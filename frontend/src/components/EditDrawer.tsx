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

/** The side drawer for creating and editing; the list stays visible beside it. */
export function EditDrawer({ opened, title, size = "md", onClose, children }: Props) {
  const { t } = useTranslation();
  // Keeps the last content while the drawer slides out.
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
