"""One maker for all, and data of people who do not exist."""

from __future__ import annotations

from typing import Any

import pytest

from services.documents.maker import TypstDocumentMaker


@pytest.fixture(scope="session")
def maker() -> TypstDocumentMaker:
    return TypstDocumentMaker()


@pytest.fixture
def proof_data() -> dict[str, Any]:
    """Wang Jie's certificate, three periods."""
    periods = [
        {
            "insurance": insurance,
            "first_month": "2025-01",
            "last_month": "2025-12",
            "months": 12,
            "base_fen": 523_450,
            "employer": "涪山市晨光电子有限公司",
        }
        for insurance in ("企业职工基本养老保险", "失业保险", "工伤保险")
    ]
    return {
        "certificate_number": "SB999001202611200000317",
        "holder_name": "王㛃",
        "holder_number": "999001197609090460",
        "insured_area": "涪山市本级",
        "status": "正常参保",
        "issued_by": "涪山市社会保险事业中心",
        "issued_on": "2026-11-20",
        "verify_url": "https://verify.fushan.example/c/SB999001202611200000317",
        "terminal": "A-0317",
        "site": "涪山市政务服务中心",
        "printed_at": "2026-11-20T09:20:05+00:00",
        "totals": [{"insurance": "企业职工基本养老保险", "months": 168}],
        "contributions": periods,
    }


@pytest.fixture
def notice_data() -> dict[str, Any]:
    """Li Fang's treatment filing, waiting for acceptance."""
    return {
        "case_number": "999001-20261120-000317",
        "matter_title": "异地就医备案",
        "applicant_masked": "李*",
        "applied_at": "2026-11-20T09:18:00+00:00",
        "department": "涪山市医疗保障局",
        "progress_url": "https://case.fushan.example/q/999001-20261120-000317",
        "hotline": "12345",
        "terminal": "A-0317",
        "site": "涪山市政务服务中心",
        "printed_at": "2026-11-20T09:20:05+00:00",
        "due": "2026-11-27",
        "materials": [
            {"title": "居民身份证", "source": "电子证照库调用"},
            {"title": "异地长期居住承诺书", "source": "现场拍摄"},
        ],
    }
