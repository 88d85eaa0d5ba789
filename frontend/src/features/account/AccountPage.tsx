import { SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/api/useSession";
import { PageHeader } from "@/components/PageHeader";
import { StateBlock } from "@/components/StateBlock";
import { useProfile } from "./api/useProfile";
import { PasswordSection } from "./PasswordSection";
import { PreferencesSection } from "./PreferencesSection";
import { ProfileSection } from "./ProfileSection";
import { SessionsSection } from "./SessionsSection";
import { VersionLine } from "./VersionLine";

export function AccountPage() {
  const { t } = useTranslation(["account", "common"]);
  const { id, username, role } = useAccount();
  const profile = useProfile(id);
  return (
    <>
      <PageHeader
        title={t("title")}
        text={t("signedInAs", { username, role: t(`common:role.${role}`) })}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: "start" }}>
        <Stack>
          <StateBlock query={profile} skeleton={<Loading />}>
            {(user) => (
              <>
                <ProfileSection user={user} />
                <PreferencesSection user={user} />
              </>
            )}
          </StateBlock>
        </Stack>
        <Stack>
          <PasswordSection />
          <SessionsSection />
        </Stack>
      </SimpleGrid>
      <VersionLine />
    </>
  );
}

function Loading() {
  return (
    <Stack>
      <Skeleton h={356} radius="lg" />
      <Skeleton h={336} radius="lg" />
    </Stack>
  );
}
