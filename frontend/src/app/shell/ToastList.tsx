import { Notifications } from "@mantine/notifications";
import { useHelp } from "@/features/chat/widget/help";

/** In the corner, or beside the help when that is open there. */
export default function ToastList() {
  return <Notifications position={useHelp() ? "top-center" : "top-right"} limit={4} />;
}
