import { useAccount } from "@/api/useSession";
import { useChangeProfile } from "@/features/account/api/useChangeProfile";
import { chooseLanguage, type Language } from "@/i18n/index";

/** Sets the language in this browser and in the user's profile, for the next sign-in elsewhere. */
export function useChooseLanguage(): (language: Language) => void {
  const { mutate } = useChangeProfile(useAccount().id);
  return (language) => {
    void chooseLanguage(language);
    mutate({ language });
  };
}
