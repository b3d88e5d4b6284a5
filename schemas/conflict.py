"""The seventeen event types of conflict and defence, after PLOVER, ACLED and ACE."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .event import Event


class ConflictEvent(Event):
    """- Words that report an event of another type make THAT record, the speaker in its `attribution`, and no
    `statement`. A pledge of arms is an `arms_transfer`, `planned`.
    - A call for an act of a listed type is that type, `proposed`, the caller in `attribution`; under pressure
    it is `threat`, mode `demand`; with its "or else", one `threat`, mode `ultimatum`. Threatened only →
    `threat`; done → its own type.
    - `statement`, `threat`: the speaker is in `actors`; `attribution` holds only those who passed the words on;
    `certainty` is that of the words having been said.
    - People move → `deployment`; materiel changes owner → `arms_transfer`; both → two records.
    - An addition and a running total are two records ("3,000 more", "11,000 in all").
    - Every count of losses is a record of `casualties`, one per group and mode (3 killed and 12 wounded: two; "two
    monks and a soldier": two; "a nurse and two patients", all civilians: one, two items);
    "4,000 casualties" is `unspecified`. The attack that caused them is a record of its own.
    - A capture as a loss figure is `casualties`; as the news itself `detention`. Releasing captives or hostages
    is `de_escalation`; letting a suspect go is `detention`, `released`; an exchange `detention`, `exchanged`.
    - Fired at an enemy → `attack`; with none → `weapons_test`; shown, not used → `capability_display`. A claim
    that a shown system came from abroad is a second record (`arms_transfer`).
    - Talks without a text → `meeting`; a text agreed or prolonged → `agreement`, its talks included; broken → `agreement`,
    `breached`; one side holds fire by its own decision, or guns in fact fall silent → `de_escalation`.
    - Cyber attacks (`cyber`), jamming (`other`), blocking a ship's way or closing a border (`blockade`) →
    `coercive_measure`. Physical force
    (ramming, water cannon, sabotage, a cable cut on purpose) → `attack`; an interception belongs to the attack
    it meets. Entering another's airspace or waters without force → `exercise`, `patrol`.
    - Arms ordered from abroad: `arms_transfer`, `sale`, `planned`; the signing, if reported as an act, is an
    `agreement` besides. Each stated delivery is its own record.
    - A package of aid is one record, its total and parts as items. Arms in it are an `arms_transfer` besides;
    the total stays with the `assistance`; money to buy arms is `assistance`.
    - Munitions and one-way drones shot down are items of the attack ("31 of 38"), not losses; `casualties`,
    `equipment` is for vehicles, aircraft, ships and guns. Buildings and depots hit belong to the attack.
    - A denial: if somebody in the article asserts the event, the event is a record and the denial a
    `statement`, `deny` ("nobody was hurt" against a count, too). If the claim appears only to be refuted: one
    record, `did_not_occur`, no `statement`.
    - Authorship disputed: `actors` empty, each accusation a `statement`, `accuse`. Blame that nobody disputes
    fills `actors`."""


class Attack(ConflictEvent):
    """Armed force against people, territory or objects, whatever the result, interceptions included. actors:
    attacker; targets: side or people attacked; items: weapons used."""

    type: Literal["attack"] = "attack"
    mode: Literal[
        "air_strike", "drone", "missile", "shelling", "ground", "explosive", "shooting", "naval", "other"
    ]


class Casualties(ConflictEvent):
    """People reported killed, wounded, missing, captured, driven from home or lost, or equipment destroyed, as
    a stated result. actors: who caused it, if stated; targets: the group that lost; items: who or what is
    counted, with the count."""

    type: Literal["casualties"] = "casualties"
    mode: Literal["killed", "wounded", "missing", "captured", "displaced", "equipment", "unspecified"]


class TerritorialChange(ConflictEvent):
    """Control of a place passes from one party to another. actors: new holder; targets: former holder."""

    type: Literal["territorial_change"] = "territorial_change"
    mode: Literal["seized", "recaptured", "transferred", "annexed", "other"]


class Deployment(ConflictEvent):
    """Personnel or units sent to or stationed at a place, still under their own side. actors: sender; targets:
    host or side helped; items: the force, with its count."""

    type: Literal["deployment"] = "deployment"
    mode: Literal["deployed", "reinforced", "rotated", "other"]


class DeEscalation(ConflictEvent):
    """A party withdraws, disarms, holds fire, frees captives or admits monitors, as an act. actors: who yields;
    targets: who gains; items: what is withdrawn or freed."""

    type: Literal["de_escalation"] = "de_escalation"
    mode: Literal["withdrawal", "ceasefire", "release", "disarmament", "access", "other"]


class ArmsTransfer(ConflictEvent):
    """Weapons, munitions, military equipment, components or weapon technology pass from supplier (actors) to
    recipient (targets). items: each weapon or equipment."""

    type: Literal["arms_transfer"] = "arms_transfer"
    mode: Literal["delivery", "sale", "technology", "other"]


class Assistance(ConflictEvent):
    """Money, humanitarian goods, training, intelligence or other help, no weapons. actors: giver; targets:
    receiver; items: what is given, with its amount."""

    type: Literal["assistance"] = "assistance"
    mode: Literal["financial", "humanitarian", "training", "intelligence", "economic", "other"]


class WeaponsTest(ConflictEvent):
    """A weapon or carrier fired, flown or trialled with no enemy target. actors: tester, and an overseer who is
    named; items: the system."""

    type: Literal["weapons_test"] = "weapons_test"
    mode: Literal["launch", "detonation", "flight", "trial", "other"]


class CapabilityDisplay(ConflictEvent):
    """A weapon, platform or facility unveiled, paraded, produced, ordered from the country's own makers or
    commissioned, not operated. actors: owner; targets: the maker, if ordered; items: the system."""

    type: Literal["capability_display"] = "capability_display"
    mode: Literal["unveiled", "paraded", "produced", "ordered", "commissioned", "other"]


class Exercise(ConflictEvent):
    """Forces drill, mobilise, patrol or change readiness, with no force used and no lasting move. actors:
    participants; targets: opponent it is aimed at, if stated; items: forces."""

    type: Literal["exercise"] = "exercise"
    mode: Literal["drill", "mobilisation", "patrol", "alert", "other"]


class Agreement(ConflictEvent):
    """A treaty, pact, contract or ceasefire text is signed, ratified, joined, breached or left. actors:
    parties, or the one who leaves or breaches; targets: then the other party."""

    type: Literal["agreement"] = "agreement"
    mode: Literal[
        "negotiated", "signed", "ratified", "in_force", "suspended", "terminated", "breached", "other"
    ]


class Meeting(ConflictEvent):
    """Officials or delegations meet, visit, call or negotiate. actors: all participants."""

    type: Literal["meeting"] = "meeting"
    mode: Literal["visit", "talks", "call", "summit", "other"]


class CoerciveMeasure(ConflictEvent):
    """Sanctions, embargo, blockade, expulsion, ban, seizure, cyber or information action, short of armed force.
    actors: imposer; targets: target; items: what is restricted."""

    type: Literal["coercive_measure"] = "coercive_measure"
    mode: Literal["sanction", "expulsion", "blockade", "seizure", "ban", "cyber", "information", "other"]


class Detention(ConflictEvent):
    """A person arrested, captured, abducted, charged, tried, sentenced, extradited or exchanged. actors: captor
    or court; targets: person or group; items: people counted."""

    type: Literal["detention"] = "detention"
    mode: Literal[
        "arrested", "captured", "abducted", "charged", "sentenced", "released", "exchanged", "other"
    ]


class Protest(ConflictEvent):
    """People demonstrate, strike or riot. actors: protesters; targets: the side protested against; items:
    crowd, with its count."""

    type: Literal["protest"] = "protest"
    mode: Literal["demonstration", "strike", "riot", "other"]


class Threat(ConflictEvent):
    """A party says that it will do harm, or demands an act under pressure. actors: speaker; targets:
    addressee."""

    type: Literal["threat"] = "threat"
    mode: Literal["threat", "demand", "ultimatum", "other"]


class Statement(ConflictEvent):
    """RESIDUAL, last choice: a speech act that is itself the news and reports no event of another type. actors:
    speaker; targets: addressee."""

    type: Literal["statement"] = "statement"
    mode: Literal["accuse", "deny", "confirm", "assess", "pledge", "support", "reject", "request", "other"]


AnyEvent = Annotated[
    Attack
    | Casualties
    | TerritorialChange
    | Deployment
    | DeEscalation
    | ArmsTransfer
    | Assistance
    | WeaponsTest
    | CapabilityDisplay
    | Exercise
    | Agreement
    | Meeting
    | CoerciveMeasure
    | Detention
    | Protest
    | Threat
    | Statement,
    Field(discriminator="type"),
]
