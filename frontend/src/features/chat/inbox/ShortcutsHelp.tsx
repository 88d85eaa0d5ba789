import { ActionIcon, Group, Kbd, Modal, Table, Tooltip } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const shortcuts = [
  [["J"], "next"],
  [["K"], "previous"],
  [["C"], "claim"],
  [["R"], "reply"],
  [["N"], "note"],
  [["E"], "resolve"],
  [["1", "2", "3", "4"], "views"],
  [["Esc"], "leave"],
  [["?"], "help"],
] as const;

type Props = { opened: boolean; onChange: (opened: boolean) => void };

export function ShortcutsHelp({ opened, onChange }: Props) {
  const { t } = useTranslation(["chat", "common"]);
  return (
    <>
      <Tooltip label={t("keys.open")}>
        <ActionIcon
          variant="default"
          size="lg"
          visibleFrom="sm"
          aria-label={t("keys.open")}
          onClick={() => onChange(true)}
        >
          <IconKeyboard size={20} />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={opened}
        onClose={() => onChange(false)}
        title={t("keys.title")}
        closeButtonProps={{ "aria-label": t("common:action.close") }}
        styles={{ title: { fontWeight: 650 } }}
      >
        <Table withRowBorders={false}>
          <Table.Tbody>
            {shortcuts.map(([keys, does]) => (
              <Table.Tr key={does}>
                <Table.Th scope="row" w={140}>
                  <Group gap={4}>
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Table.Th>
                <Table.Td>{t(`keys.${does}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </>
  );
}
