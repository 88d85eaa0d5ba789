import { ActionIcon, Box, Code, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function CopyBlock({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  return (
    <Box pos="relative">
      <Code block tabIndex={0} aria-label={label} pr={44} style={{ overflowX: "auto" }}>
        {text}
      </Code>
      <CopyButton value={text} timeout={2_000}>
        {({ copied, copy }) => (
          <Tooltip label={t(copied ? "action.copied" : "action.copy")}>
            <ActionIcon
              pos="absolute"
              top={6}
              right={6}
              variant="default"
              aria-label={copied ? t("action.copied") : label}
              onClick={copy}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Box>
  );
}
