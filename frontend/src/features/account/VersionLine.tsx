import { Text } from "@mantine/core";
import { useVersion } from "./api/useVersion";

const SHORT_COMMIT = 7;

/** "Contor 0.1.0 (abc1234)", to quote in a problem report. */
export function VersionLine() {
  const { data } = useVersion();
  if (!data?.version) return null;
  return (
    <Text size="xs" c="dimmed" mt="md">
      Contor {data.version}
      {data.commit && ` (${data.commit.slice(0, SHORT_COMMIT)})`}
    </Text>
  );
}
