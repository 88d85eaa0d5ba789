import { Notifications } from "@mantine/notifications";
import { useHelp } from "@/features/chat/widget/help";

/** In the top right corner, or centred while the help panel covers that corner. */
export default function ToastList() {
  return <Notifications position={useHelp() ? "top-center" : "top-right"} limit={4} />;
}
