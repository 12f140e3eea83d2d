import { useNavigate } from "@solidjs/router";
import { Button } from "../components/button";
import { Mark } from "../components/icon";
import { t } from "../i18n";
import { TESTID } from "../testids";

/** One sentence, two buttons. */
export default function Welcome() {
  const navigate = useNavigate();
  return (
    <main class="outside" id="main" tabIndex={-1}>
      <div class="outside-column">
        <span class="hero-art">
          <Mark />
        </span>
        <div class="hero">
          <h1 class="hero-title">{t("welcome.title")}</h1>
          <p class="hero-text">{t("welcome.text")}</p>
        </div>
        <div class="hero-acts">
          <Button kind="primary" wide data-testid={TESTID.welcomeNew} onClick={() => navigate("/create")}>
            {t("welcome.new")}
          </Button>
          <Button wide data-testid={TESTID.welcomeExisting} onClick={() => navigate("/existing")}>
            {t("welcome.existing")}
          </Button>
        </div>
        <p class="quiet small">{t("welcome.promise")}</p>
      </div>
    </main>
  );
}
