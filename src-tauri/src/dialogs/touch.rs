//! A short question, agreed to by finger or face where the prompt shows all of it.

use satchel_ports::ConfirmText;

use super::text;
use crate::biometry::{Biometry, Brief, Touch};

/// Most lines of a short question.
const LINES: usize = 8;

/// Puts a question to the sensor. `None`: this is no question for it, or nothing came of it; a dialog
/// asks then.
///
/// What is unusual has to be read, so a question with a remark is never put here, and neither is one of
/// which something might be cut off. A yes is consent and no proof: what uses a key asks for that besides.
pub(super) async fn agrees(biometry: &dyn Biometry, question: &ConfirmText) -> Option<bool> {
    if !question.warnings.is_empty() {
        return None;
    }
    let sensor = biometry.sensor().await?;
    if sensor.fault.is_some() {
        return None;
    }
    let brief = Brief {
        title: text::clean(&question.title),
        body: text::body(question),
        refuse: text::REFUSE.to_owned(),
    };
    let length = brief.title.chars().count() + brief.body.chars().count();
    if length > biometry.room(&sensor) || brief.body.lines().count() > LINES {
        return None;
    }
    match biometry.ask(&brief).await {
        Touch::Yes => Some(true),
        Touch::No => Some(false),
        Touch::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use satchel_ports::ConfirmLine;
    use satchel_wire::keychain::{Sensor, SensorFault, SensorKind};

    use super::*;

    /// A sensor without a finger.
    struct Made {
        fault: Option<SensorFault>,
        touch: Touch,
        asked: Mutex<Vec<Brief>>,
    }

    impl Made {
        fn that(touch: Touch) -> Self {
            Self {
                fault: None,
                touch,
                asked: Mutex::default(),
            }
        }

        fn asked(&self) -> Vec<Brief> {
            self.asked.lock().expect("no panic").clone()
        }
    }

    #[async_trait]
    impl Biometry for Made {
        async fn sensor(&self) -> Option<Sensor> {
            Some(Sensor {
                kind: SensorKind::Fingerprint,
                fault: self.fault,
            })
        }

        fn room(&self, _: &Sensor) -> usize {
            100
        }

        async fn ask(&self, brief: &Brief) -> Touch {
            self.asked.lock().expect("no panic").push(brief.clone());
            self.touch
        }
    }

    fn question(values: &[&str]) -> ConfirmText {
        let line = |value: &&str| ConfirmLine {
            label: "To".to_owned(),
            value: (*value).to_owned(),
        };
        ConfirmText {
            title: "Send this?".to_owned(),
            lines: values.iter().map(line).collect(),
            warnings: Vec::new(),
            agree: "Send".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_short_question_is_agreed_to_or_refused_by_touch() {
        for (touch, expected) in [
            (Touch::Yes, Some(true)),
            (Touch::No, Some(false)),
            // Then a dialog asks.
            (Touch::Nothing, None),
        ] {
            let made = Made::that(touch);
            assert_eq!(agrees(&made, &question(&["bcrt 1qab"])).await, expected);
            let asked = made.asked();
            assert_eq!(asked.len(), 1);
            assert_eq!(asked[0].title, "Send this?");
            assert_eq!(asked[0].body, "To: bcrt 1qab");
        }
    }

    #[tokio::test]
    async fn whoever_might_not_see_all_of_it_is_asked_by_a_dialog() {
        let made = Made::that(Touch::Yes);
        let mut unusual = question(&["bcrt 1qab"]);
        unusual.warnings.push("The fee is large.".to_owned());
        assert_eq!(agrees(&made, &unusual).await, None);
        // 10 of the title, 4 of the label.
        assert_eq!(
            agrees(&made, &question(&["x".repeat(87).as_str()])).await,
            None
        );
        assert_eq!(agrees(&made, &question(&["x"; LINES + 1])).await, None);
        assert_eq!(made.asked(), []);
        assert_eq!(
            agrees(&made, &question(&["x".repeat(86).as_str()])).await,
            Some(true)
        );
    }

    #[tokio::test]
    async fn a_sensor_that_cannot_be_used_is_not_asked() {
        let made = Made {
            fault: Some(SensorFault::LockedOut),
            ..Made::that(Touch::Yes)
        };
        assert_eq!(agrees(&made, &question(&["x"])).await, None);
        assert_eq!(
            agrees(&crate::biometry::NoBiometry, &question(&["x"])).await,
            None
        );
        assert_eq!(made.asked(), []);
    }

    #[tokio::test]
    async fn a_value_cannot_write_another_line_into_the_prompt() {
        let made = Made::that(Touch::Yes);
        agrees(&made, &question(&["me\nFee: 0 sat\u{202e}"])).await;
        assert_eq!(made.asked()[0].body, "To: meFee: 0 sat");
    }
}
