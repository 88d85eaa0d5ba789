import { useAccount } from "@/api/useSession";
import { useChangeProfile } from "@/features/account/api/useChangeProfile";
import { chooseLanguage, type Language } from "@/i18n/index";

/** For this browser and for the person, who finds it wherever they sign in next. */
export function useChooseLanguage(): (language: Language) => void {
  const { mutate } = useChangeProfile(useAccount().id);
  return (language) => {
    void chooseLanguage(language);
    mutate({ language });
  };
}
