"""Which screen shows which body: one entry per class, made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kiosk.core import bodies
from screens.shell.attract import AttractScreen
from screens.shell.consent import ConsentScreen
from screens.shell.farewell import FarewellScreen
from screens.shell.guide import GuideScreen
from screens.shell.home import HomeScreen
from screens.shell.listing import ListScreen
from screens.shell.question import QuestionScreen
from screens.shell.serviced import ServicedScreen
from screens.shell.trouble import OutOfServiceScreen, TroubleScreen
from screens.steps.capture import CaptureScreen
from screens.steps.cases import CaseScreen, CasesScreen
from screens.steps.face import FaceScreen
from screens.steps.form import FormScreen
from screens.steps.identify import IdentifyScreen
from screens.steps.materials import MaterialsScreen
from screens.steps.pay import PayScreen
from screens.steps.rate import RateScreen
from screens.steps.result import ResultScreen
from screens.steps.review import ReviewScreen
from screens.steps.sign import SignScreen
from screens.steps.working import TakeScreen, WorkingScreen

SCREENS: Mapping[type, Callable[[], Any]] = MappingProxyType(
    {
        bodies.AttractBody: AttractScreen,
        bodies.CaptureBody: CaptureScreen,
        bodies.CaseBody: CaseScreen,
        bodies.CasesBody: CasesScreen,
        bodies.ConsentBody: ConsentScreen,
        bodies.FaceBody: FaceScreen,
        bodies.FarewellBody: FarewellScreen,
        bodies.FormBody: FormScreen,
        bodies.GuideBody: GuideScreen,
        bodies.HomeBody: HomeScreen,
        bodies.IdentifyBody: IdentifyScreen,
        bodies.ListBody: ListScreen,
        bodies.MaterialsBody: MaterialsScreen,
        bodies.OutOfServiceBody: OutOfServiceScreen,
        bodies.PayBody: PayScreen,
        bodies.QuestionBody: QuestionScreen,
        bodies.RateBody: RateScreen,
        bodies.ResultBody: ResultScreen,
        bodies.ReviewBody: ReviewScreen,
        bodies.ServicedBody: ServicedScreen,
        bodies.SignBody: SignScreen,
        bodies.TakeBody: TakeScreen,
        bodies.TroubleBody: TroubleScreen,
        bodies.WorkingBody: WorkingScreen,
    }
)


def screen_for(kind: type) -> Any:
    """Make the screen of a body class.

    Raises:
        KeyError: if there is none, which a test makes impossible.
    """
    return SCREENS[kind]()
