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
    """Wang Jie's certificate: two years, four months, as the platform tells them."""
    sums = {"base_fen": 523_400, "personal_fen": 44_489, "employer_fen": 88_454}
    return {
        "certificate_number": "FS20261120000317",
        "verify_url": "https://verify.fushan.example/c/8F2A11C3",
        "name": "王㛃",
        "number": "999001197609090460",
        "number_masked": "9990**********0460",
        "insured_place": "涪山区",
        "agency": "涪山区社会保险事业服务中心",
        "issued_on": "2026-11-20",
        "status": "参保缴费",
        "total_months": 24,
        "period_from": "2024-11",
        "period_to": "2026-10",
        "years": [
            {"year": year, "months": 12, "units": "涪山云岭物流有限公司", **sums}
            for year in (2025, 2026)
        ],
        "months": [
            {
                "month": f"2026-{month:02d}",
                "unit": "涪山云岭物流有限公司",
                "kinds": "养老、失业、工伤",
                **sums,
            }
            for month in range(7, 11)
        ],
        "terminal": "A-0317",
        "site": "涪山区政务服务中心",
        "printed_at": "2026-11-20 17:20",
    }


@pytest.fixture
def notice_data() -> dict[str, Any]:
    """Li Fang's treatment filing, waiting for acceptance."""
    return {
        "case_number": "999001-20261120-000317",
        "matter": "异地就医备案",
        "applicant": "李*",
        "applied_at": "2026-11-20T09:18:00+00:00",
        "department": "医疗保障局",
        "hotline": "0999-12345",
        "terminal": "A-0317",
        "site": "涪山区政务服务中心",
        "printed_at": "2026-11-20T09:20:05+00:00",
        "due": "2026-11-24",
        "promised_days": 2,
        "materials": [
            {"title": "居民身份证", "source": "电子证照"},
            {"title": "居住证明或转诊证明", "source": "现场拍摄"},
        ],
    }
