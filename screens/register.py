"""Which screen shows which body: one entry per class, made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kiosk.core import views
from screens.shell.attract import AttractScreen
from screens.shell.consent import ConsentScreen
from screens.shell.farewell import FarewellScreen
from screens.shell.guide import GuideScreen
from screens.shell.home import HomeScreen
from screens.shell.listing import ListScreen
from screens.shell.question import QuestionScreen
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
        views.AttractBody: AttractScreen,
        views.CaptureBody: CaptureScreen,
        views.CaseBody: CaseScreen,
        views.CasesBody: CasesScreen,
        views.ConsentBody: ConsentScreen,
        views.FaceBody: FaceScreen,
        views.FarewellBody: FarewellScreen,
        views.FormBody: FormScreen,
        views.GuideBody: GuideScreen,
        views.HomeBody: HomeScreen,
        views.IdentifyBody: IdentifyScreen,
        views.ListBody: ListScreen,
        views.MaterialsBody: MaterialsScreen,
        views.OutOfServiceBody: OutOfServiceScreen,
        views.PayBody: PayScreen,
        views.QuestionBody: QuestionScreen,
        views.RateBody: RateScreen,
        views.ResultBody: ResultScreen,
        views.ReviewBody: ReviewScreen,
        views.SignBody: SignScreen,
        views.TakeBody: TakeScreen,
        views.TroubleBody: TroubleScreen,
        views.WorkingBody: WorkingScreen,
    }
)


def screen_for(kind: type) -> Any:
    """Make the screen of a body class.

    Raises:
        KeyError: if there is none, which a test makes impossible.
    """
    return SCREENS[kind]()
