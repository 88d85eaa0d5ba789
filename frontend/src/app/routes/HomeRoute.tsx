import { lazy, Suspense } from "react";
import { useAccount } from "@/api/useSession";
import { LatestAlerts } from "@/features/alerts/LatestAlerts";

const Home = lazy(async () => ({
  default: (await import("@/features/meters/HomePage")).HomePage,
}));
const Overview = lazy(async () => ({
  default: (await import("@/features/overview/OverviewPage")).OverviewPage,
}));

/** `/`: the overview of all meters for administrators, the user's own meters for clients. */
export function HomeRoute() {
  const { role } = useAccount();
  return (
    <Suspense>{role === "admin" ? <Overview /> : <Home alerts={<LatestAlerts />} />}</Suspense>
  );
}
