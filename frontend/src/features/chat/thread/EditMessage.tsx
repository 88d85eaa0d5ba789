import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { useEditMessage } from "@/features/chat/api/useMessageChanges";
import { useProblemText } from "@/i18n/problem";
import { isSend, LONGEST } from "./composing";

/** In the place of the message: Enter saves, Escape leaves it as it was. */
export function EditMessage({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const [text, setText] = useState(message.text);
  const edit = useEditMessage(message);
  const form = useInSight();
  const wanted = text.trim();
  const save = () => {
    if (wanted === message.text) onDone();
    else if (wanted !== "") edit.mutate(wanted, { onSuccess: onDone });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone();
    } else if (isSend(event)) {
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
        maxLength={LONGEST}
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
        <Button size="compact-sm" loading={edit.isPending} disabled={wanted === ""} onClick={save}>
          <Text span inherit>
            {t("common:action.save")}
          </Text>
        </Button>
      </Group>
    </Stack>
  );
}

/** It is higher than the message, and its buttons may be below what is shown. */
function useInSight() {
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    form.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return form;
}
