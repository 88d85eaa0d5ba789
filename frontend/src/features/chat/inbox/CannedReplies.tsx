import { ActionIcon, Button, Popover, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EditDrawer } from "@/components/EditDrawer";
import { StateBlock } from "@/components/StateBlock";
import { useCannedReplies } from "@/features/chat/api/useCannedReplies";
import classes from "@/features/chat/panes.module.css";
import { ManageReplies } from "./ManageReplies";

/** Inserts the chosen reply into the composer, where it can be edited. */
export function CannedReplies({ onChoose }: { onChoose: (text: string) => void }) {
  const { t } = useTranslation("chat");
  const [opened, setOpened] = useState(false);
  const [managing, setManaging] = useState(false);
  return (
    <>
      <Popover opened={opened} onChange={setOpened} position="top-start" width={320} trapFocus>
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t("canned.open")}
            title={t("canned.open")}
            onClick={() => setOpened(!opened)}
          >
            <IconTemplate size={20} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p="xs" aria-label={t("canned.open")}>
          <ReplyPicker
            onChoose={(text) => {
              setOpened(false);
              onChoose(text);
            }}
            onManage={() => {
              setOpened(false);
              setManaging(true);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <EditDrawer opened={managing} title={t("canned.title")} onClose={() => setManaging(false)}>
        <ManageReplies />
      </EditDrawer>
    </>
  );
}

type PickerProps = { onChoose: (text: string) => void; onManage: () => void };

function ReplyPicker({ onChoose, onManage }: PickerProps) {
  const { t } = useTranslation("chat");
  const [typed, setTyped] = useState("");
  const replies = useCannedReplies();
  const word = typed.trim().toLocaleLowerCase();
  const shown = (replies.data ?? []).filter(({ title, text }) =>
    `${title} ${text}`.toLocaleLowerCase().includes(word),
  );
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        aria-label={t("canned.search")}
        placeholder={t("canned.search")}
        value={typed}
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          const [first] = shown;
          if (event.key === "Enter" && first) onChoose(first.text);
        }}
      />
      <StateBlock
        query={replies}
        height={100}
        isEmpty={() => shown.length === 0}
        empty={
          <Text size="sm" c="dimmed" px="xs">
            {t(word === "" ? "canned.empty" : "canned.nothing")}
          </Text>
        }
      >
        {() => (
          <ul className={classes.items} style={{ maxHeight: 320, overflowY: "auto" }}>
            {shown.map(({ id, title, text }) => (
              <li key={id}>
                <UnstyledButton w="100%" className={classes.item} onClick={() => onChoose(text)}>
                  <span className={classes.text}>
                    <Text size="sm" fw={600} truncate>
                      {title}
                    </Text>
                    <Text size="xs" c="dimmed" lineClamp={2}>
                      {text}
                    </Text>
                  </span>
                </UnstyledButton>
              </li>
            ))}
          </ul>
        )}
      </StateBlock>
      <Button size="compact-xs" variant="subtle" onClick={onManage}>
        {t("canned.manage")}
      </Button>
    </Stack>
  );
}
