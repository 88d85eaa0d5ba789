import { Notifications } from "@mantine/notifications";

export default function ToastList() {
  return <Notifications position="top-right" limit={4} />;
}
