import { useNavigate } from "@solidjs/router";
import { createSignal } from "solid-js";
import { Button } from "../components/button";
import { PageHead } from "../components/layout";
import { AddContact, ContactList } from "../features/contacts";
import { t } from "../i18n";
import { TESTID } from "../testids";

export default function Contacts() {
  const navigate = useNavigate();
  const [adding, setAdding] = createSignal(false);
  return (
    <div class="column">
      <PageHead
        title={t("contacts.title")}
        back={{ label: t("action.back"), onBack: () => navigate("/more") }}
        actions={
          <Button small icon="plus" data-testid={TESTID.contactAdd} onClick={() => setAdding(true)}>
            {t("contacts.add")}
          </Button>
        }
      />
      <ContactList onAdd={() => setAdding(true)} />
      <AddContact open={adding()} onClose={() => setAdding(false)} />
    </div>
  );
}
