import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { useEditMessage } from "@/features/chat/api/useMessageChanges";
import { useProblemText } from "@/i18n/problem";
import { isSendKey, MAX_MESSAGE_LENGTH } from "./messageInput";

/** Replaces the message: Enter saves, Escape cancels. */
export function EditMessage({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const [text, setText] = useState(message.text);
  const edit = useEditMessage(message);
  const form = useScrollIntoView();
  const edited = text.trim();
  const save = () => {
    if (edited === message.text) onDone();
    else if (edited !== "") edit.mutate(edited, { onSuccess: onDone });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone();
    } else if (isSendKey(event)) {
      event.preventDefault();
      save();
    }
  };
  return (
    <Stack gap="xs" ref={form} style={{ scrollMarginBlock: "2rem" }}>
      <Textarea
        aria-label={t("thread.editLabel")}
        autosize
        maxRows={10}
        maxLength={MAX_MESSAGE_LENGTH}
        data-autofocus
        autoFocus
        value={text}
        error={edit.isError && describe(edit.error)}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={onDone}>
          {t("common:action.cancel")}
        </Button>
        <Button size="compact-sm" loading={edit.isPending} disabled={edited === ""} onClick={save}>
          <Text span inherit>
            {t("common:action.save")}
          </Text>
        </Button>
      </Group>
    </Stack>
  );
}

/** The form is higher than the message: its buttons may be below the visible area. */
function useScrollIntoView() {
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    form.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return form;
}
