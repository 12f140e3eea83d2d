import { useNavigate, useParams } from "@solidjs/router";
import { PageHead } from "../../components/layout";
import { Review, Steps } from "../../features/send";
import { t } from "../../i18n";

export default function SendReview() {
  const params = useParams<{ draft: string }>();
  const navigate = useNavigate();
  return (
    <div class="column">
      <PageHead title={t("review.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Steps at={2} />
      <Review draftId={params.draft} />
    </div>
  );
}
