import { useNavigate } from "@solidjs/router";
import { Button } from "../../components/button";
import { EmptyState } from "../../components/states";
import { t } from "../i18n";
import { CID } from "../testids";

/** Nobody said yet which node is asked. */
export function NotSet() {
  const navigate = useNavigate();
  return (
    <div data-testid={CID.unset}>
      <EmptyState icon="server" title={t("unset.title")} text={t("unset.text")}>
        <Button kind="primary" onClick={() => navigate("/connection")}>
          {t("unset.act")}
        </Button>
      </EmptyState>
    </div>
  );
}
