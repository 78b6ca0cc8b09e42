// Written by make_jwt_fixture.py.
#include "tests/simulation/jwt_fixture.hpp"

namespace postern::simulation {
namespace {

constexpr FixtureKey keys[] = {
    {"early-rs",
     R"({"kid":"early-rs","use":"sig","alg":"RS256","kty":"RSA","e":"AQAB","n":"yqd1fhNWEWIMKAqz)"
     R"(gE-ZIb6nGOTIVXdGHSYiikgBmjJhZ5fSQBwqxhbzHZmAQMgQrld60BgsLKDBC5YMo0jvakho66e_rVkiAbzkLXgo)"
     R"(J9HaJpseZvgOzcBbT_ozM0i9L3cR69GfjVDFVbh7pupMJi15V-4PZL41naeSloLqD3OUOqIZerZ1HcMyGYeEwqjz)"
     R"(iHdwWR26HS-B5TAIKNaYTHD7hvDvPPS3issyTIASur16OA8A2dgu-98hjdFGLCKsCcAFCxjrRW76Ma7TcdH68CY3)"
     R"(u3JeVp2_Srnn357Ri1dC5TNHH3cyFPREWFLIe-yPq1QlkrIoxjDhBdWvKmAmgQ"})"},
    {"early-es",
     R"({"kid":"early-es","use":"sig","alg":"ES256","kty":"EC","crv":"P-256","x":"Tes4ymIEQuEGI8)"
     R"(f94Xks-yUpMWF1VsZiGmD-PL65bRU","y":"7YFD3EqCI09i4_zdF-fzL-X48T9E3pSQGaD2fACbryQ"})"},
    {"late-rs",
     R"({"kid":"late-rs","use":"sig","alg":"RS256","kty":"RSA","e":"AQAB","n":"mnuMQbAMZvEKYk6Dn)"
     R"(DMgHNz-ehWDxlXZE-VvaElJEVAxMc3apP9HLfeJB27ishzmBX0tDsGSkLPpBGQnzvCxjrUarykTuVXkparEgRcGA)"
     R"(e0CiB6IWK4_uyHA4QUBUOSloF_LuimAH7xl0EDfI7BoDuUxTxWuqCi5CCO6yCSoJtEXGJBNjdaGkrx7QM-Q77kXq)"
     R"(VAcccakDZOqeXZV1UBNJwi8VfzsUeDFBNe5AP7XJrZCm57mlo94Gb82knCicpnxkhAsum3NwyRSGSfzHET7mZgtg)"
     R"(HuvQp1xUcG5INMJXUpx5LZxAkyCxcB4JZBpv1AtOmew3F_nTfA2YhWU8b0b-w"})"},
    {"late-es",
     R"({"kid":"late-es","use":"sig","alg":"ES256","kty":"EC","crv":"P-256","x":"kdO87lZYtbpWmeX)"
     R"(yCTURJkMGBG8-k7gAkcHXpwD5cGk","y":"Gxxr9BBdPZu7OZxi1fJJdPIHI3TlCLkCqYBlrxrlld4"})"},
};

constexpr FixtureToken tokens[] = {
    {Issuer::Signer, "early-rs", FixtureToken::Nature::Good, true, "jwt-subject-1",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTEiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.iY1"
     "ltkje33oxd4ZZ_AjP-68j2HsLongpUrQA5u5KQH7hy3khuWQU7N0p0dT5BWCBG7EyevxX6I8dA96SaUCbzgcxmfk"
     "56Utkg26SeUENGULlBFBMcrWoYWmKkluznx5sX4s-CdSNCUTVF266ZIll7PY71U4xYZKIYa03dG5veIZXQ-nMxWm"
     "t9B9x_l3eBm-knZ402zKzFnhZ_dLVAmRY-PIcUwF9RGgZmZMioeCcmVjxTtvwvAqimdWa9gh4n-MagMb2o-8utOx"
     "M68nXHBKNsw-463KhFFsTp8yQK_btAPqr1HD16CHmQ-kdXLNWs3XwpDel_30R1X8cMYg2h9NKpg"},
    {Issuer::Signer, "early-rs", FixtureToken::Nature::Good, true, "jwt-subject-2",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTIiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.XUK"
     "CxLKetor3WCGvXhq6jAIqWACT5TiyPOERV3SQFBtLRXlMI3m69FMzzHc1thP3dyKqGO9ogSJJHVMZdsCFwAKWGgV"
     "yzmfSw0VpspFg6K0BmaOHNsMZmW7Fgazy_gMddwGCrSjsyXzSOhI_PMRha95z10PYUwfxeLfUA2esh-rJMgkX9y6"
     "JV68wDyDMr5mHp575JGQAJKKekiEN5ARNQXY8vKVKs3yasuvkSUHZG2EolwQ3VeDeYAcL9A5XzQ0iFuF9BE5S_2S"
     "Cs0JPzIz4QMANsUquYRDWngBgTV1cTfg8DXk_K0jiENLWI44Pj3932lXu4-dLAyLLMrU3EpvGvw"},
    {Issuer::Signer, "early-rs", FixtureToken::Nature::Good, true, "jwt-subject-3",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTMiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.akQ"
     "v8MwWmZlw8TPZOGbKgpFSxbbcJp9884cGG6BvogkyYtkKlR2Z1BmC-oGCGj2k6Y7d6fE45PYQPRmf-CiVSyHXHR1"
     "23bfzrwATiTnj26sR3V6H7uDIIyj9GUnPCRntxI7hGUzLT9x8rvmijnvML6p7nVqEtYifIHfDQQ8eQFxMM73DncO"
     "d5TFiY81UNsPi7ibtK5KE6hNjtQkJwmOLe7zL7CSDCJe55K2kCBLRYRGsEJt_RaW6AQXCe5JYnuBZwsSivhEYvsZ"
     "sCzh168pwuTRw2-g0qB6xd1W3QnpvxzygmHchbLS8t9pLmhgFI4yBW_dvdEUhFAuEQ0UKMrNjQw"},
    {Issuer::Signer, "early-es", FixtureToken::Nature::Good, true, "jwt-subject-4",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVhcmx5LWVzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTQiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.Db9"
     "QVVUsNYBu9bxGuH5NV8ReukQ3vQM8U4DBm_GxI1AamaH5dm-VTp7PfsD4ALOQEy96_6tcT9uUFiEHJVt5gA"},
    {Issuer::Signer, "late-rs", FixtureToken::Nature::Good, true, "jwt-subject-5",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImxhdGUtcnMifQ.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAwL"
     "3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTUiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.Nhki"
     "yOtWolWGzBcUbxcY9LTL0GjrxT2VlrMxKXormbFoYd6cuCUdCt6nMqC1pA21ZcP-c5GN5CxiGWpS15GOX-ajO-UO"
     "wY4PHHgS2dtz4t1gPuCJSEOtug4TVxlvyksMsTubErB_Bh8CXSQjHHqrK-ruRowtAo3A2gjxO_C-kzvb19XdX2d-"
     "lKKmOh-Z1G3s1sSvUfl3N4fHxlis2cxXnItKUej-M-hI9v8RYLOL8B3thKtGb7TscfXgqXclE_97bsYqmfVd-FsZ"
     "v3ajqSySSTKRRd5a2WpblZevYzrewrKjvLOJaNqgQbO1fLDNznwy2hJtIvU-Bo-wtcNgAe9Egw"},
    {Issuer::Signer, "late-rs", FixtureToken::Nature::Good, true, "jwt-subject-6",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImxhdGUtcnMifQ.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAwL"
     "3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTYiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.HYFR"
     "Wx2ehZ_ObuM0fv0b7usLk5Nk7xFb2jIZSgM64UUfmfj6NPorEbaopcS637a9BbcLMSJGENikCY5xIQSWfXo3CX_d"
     "w-yfGDeNOXeUYsNVD6dQEMEnqHDALFDVOaF54SBHIIGKE7ZCeRAPMk3iHKtBTDqDlqjsFTKYpxTBiYdzdNjQJ4US"
     "piAHAigq8J_D1VUZ-7xUagB5nkbB7MGidJZ0AXoxhu1bsqIxw97RLV4E8eaKbceKUBZqUgCqy-KUjTptFCgijh-I"
     "QeM8gTsZLW9eOISPRoGgXHAZ9iB5uajrtWIktDgUX-kgdj65VvLd-7TLQIlRYjXajmsplShPaA"},
    {Issuer::Signer, "late-es", FixtureToken::Nature::Good, true, "jwt-subject-7",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImxhdGUtZXMifQ.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAwL"
     "3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTciLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.noV0"
     "KzYQgYnFpAqMlWr-G13PSmp5PDUhz1G5W7qmMYkKM9OYcU7cVPAKt3VkmLljYagOISMdtgY5GplaalxfQg"},
    {Issuer::People, "early-rs", FixtureToken::Nature::Good, true, "jwt-subject-8",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTgiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.isP"
     "qjcJxzPmJ-cYceexGM5-AsF4IbC_ITO-D36AxiMlbwm_CIaVYXLJxMnRUh56j2zj5u-bu9pjshg3dcQVZAhbmig2"
     "WA50WL_OfHItxYqq-vrRGXK76RuhrjzM6oKBZDX5MnydmxqutPAR_YZqPR6fC8_USd4y7i-Ssg9v94eazo03miY1"
     "tGtL6f6VN7GiZykHWQEoPvoUHGcPHql-YncIpDqtTD6sCpirY2ADI_P-NwkhDTx49RCFN6bNKuLFHKYNBYozRh0n"
     "uapAj7KyRaQTcv-X7cWxURnFIC5NkvTAlYax4HurIGTOtnSzf6HEtV4puEAtEZ_bPSLQNp8XYJw"},
    {Issuer::People, "early-rs", FixtureToken::Nature::Good, true, "jwt-subject-9",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTkiLCJzY29wZSI6InJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.q4t"
     "QdCbX4xnBHMtMt4RJjFEQclaQktajOC0zY__W6LlZcC08fnqFa5Bf4DuQzlzTmqOAyTbKI8jkaVy-OcmEZQMSzIw"
     "UXDhY8AI5ZMECnsRM8kCIMG-cXMxvwquOSZ_iDSm323NeXsM_6zEvgYVn1emtklq9d7c0xzDNXvqj9dsjvryjykG"
     "3QELIDOBMlceQK5M7Fi40Z1aIudkm7PFF6MPfdzoqKiF_-C0Jn4N_gonR4AGTCLbaCqLnAySO25HEL9TKcJgGfDc"
     "U9cEUdoiS2WLMCiXdn4LuV_T55YhyXUgc33jc4A45wLbGrIix8mTz6DMicWhVnnPDdgZHBpTcaQ"},
    {Issuer::People, "early-es", FixtureToken::Nature::Good, true, "jwt-subject-10",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVhcmx5LWVzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTEwIiwic2NvcGUiOiJyZWFkIiwiZXhwIjo0MTAyNDQ0ODAwfQ.b"
     "UBxwSmm4iXsON_ozv7KmN8xoyFeBF64qNqlH3bvoper0AzHRo3j1LPAhx5CD7DzQU6IHCzxVR4AA3O37uIeYA"},
    {Issuer::People, "late-rs", FixtureToken::Nature::Good, true, "jwt-subject-11",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImxhdGUtcnMifQ.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAwL"
     "3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTExIiwic2NvcGUiOiJyZWFkIiwiZXhwIjo0MTAyNDQ0ODAwfQ.b4"
     "ywS7XGaL71v_kx_LT1hKPiAUNl6K-0Qxv2tSuhS0RgeC0GcsgmUpKD-KMngIxJIWnAyyuX7jCFoBumNY9aQIkpli"
     "SL6j70LjL_9XcaAglVOlryF0FOAQjM9ahF9XwU_23EqmhO34N06kA0mzUrm58mxX7cUeih9H63GgN78k9qlorv5z"
     "oAZIa3gXBWL63ER_VcOqzg3UT8XZcMsYV5vfGisgOEvSGvZlRRwc0-RTX05p0G7_iIhfUcmxwWt2AfVW0B-XZUBu"
     "aoRH--O3keWHnkaE1MqcvK1lqw2Ja-DZ_sl1v8s8rT1JMNV48sFklwYXbSfkBJLM053EatXMF0oA"},
    {Issuer::People, "late-es", FixtureToken::Nature::Good, true, "jwt-subject-12",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImxhdGUtZXMifQ.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAwL"
     "3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTEyIiwic2NvcGUiOiJyZWFkIiwiZXhwIjo0MTAyNDQ0ODAwfQ.qD"
     "0xyOQ_nRpPsaeqV2GZN9zEkuX21ptO8e-2JAJNFwDDnF4nl7m3BUbT1pyAHMbKQf3Bd_bQ9-_gbAIVOq8fPg"},
    {Issuer::Signer, "early-rs", FixtureToken::Nature::Good, false, "jwt-subject-13",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTEzIiwic2NvcGUiOiJvdGhlciIsImV4cCI6NDEwMjQ0NDgwMH0."
     "W4DmDDBk5fwVBmk2zWXaNvcjnYZ7z2qfaPVbEYEzKYt2xBwfFQ9razUN79T0BsUncDAL_HDHUF1RPts1TlmD2eso"
     "hetnp7sdyNCZaIAlS4iwhxcGXsLu2M-TNUUZRSPQ-tqzGoYPr_7oDJyGchL6BLvDWukxVBpOAFfpYOXJmqowtUJr"
     "dTJfWS-WmM1-c8N5XaoGOzJP9pXgjS-SUpdkghicHOf-TSh_jHybAjHlyjF7FqyC_wrEiWAnMUTjA-brPMdxGpnD"
     "MyDSzj_hY2i5BFcvCq6LIGj1ES74BFxd2RTTkJ6banmlU0jSXCSK_R5XJEACGMTYZFaaTXQPIkqkrQ"},
    {Issuer::Signer, "early-rs", FixtureToken::Nature::Expired, true, "jwt-subject-14",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTE0Iiwic2NvcGUiOiJyZWFkIiwiZXhwIjoxNjAwMDAwMDAwfQ.E"
     "NJt10So_D6H-o5TjYtHtHgigyN0WtZz2Fqg5dhZAJNJyybDS253feU8LhrCs4_h3ucLP4cxcId8s4rjVQNVm-7jU"
     "9aS7fyNjGqqPc3CymeOaUsJ6WnMqQT8O1CzEHgvaRZnTLVXRYrhQF27M9Mly18HkGZ8_JgE646MMiDmVKTZ1Gis7"
     "N3O9OHQ8FvvacqR2lRpRAseOHGwPgkfVys2cK9cGaHmHxRoy5zQnu1KmPwh08MTH5dVoo4JGeT5B7pl1Wu_QQM3H"
     "UNSp7ZgiCR1GwBpH6j5X4x7j4T2al7zA090chCL7MGAcjMW7kLAzWtMjNLWsloXgxxMq4u1YX5Tcg"},
    {Issuer::Signer, "late-es", FixtureToken::Nature::Expired, true, "jwt-subject-15",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImxhdGUtZXMifQ.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAwL"
     "3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTE1Iiwic2NvcGUiOiJyZWFkIiwiZXhwIjoxNjAwMDAwMDAwfQ.k-"
     "U3Bl8f-OMKnM29UFzapBTDCQjPnmCufJPIZS7LX4g0wRg2rKXtkSm84cLl07E1NUhqC0fixKCsa1j4cpUw2Q"},
    {Issuer::People, "early-rs", FixtureToken::Nature::Expired, true, "jwt-subject-16",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTE2Iiwic2NvcGUiOiJyZWFkIiwiZXhwIjoxNjAwMDAwMDAwfQ.n"
     "DvzVIOvTArHamgj6cxfPanfP09g2rTw4M6z3yclnVoXzOJl0jO-Fu6TBr_7RusTCXOhAiy1JJ7uTF0b2wOVSBbJ5"
     "G0zNiEybBBjsWEiyTKpPYLoPqHVgRt9S4YgReV1FM41g2dLphfjrpGbTy76LCcbSPr7NX_w4njwYXYlirQCCP-u8"
     "USmxbsx7yZNegc3K2j59gNudXlaAPjDJp0d6pKJCNeFdm6vSDQae6gXF3R0STdAowaJmxbE2etLQRZBe0TEhvNR6"
     "BEHA72iBsCUJLYi3fiSNVZOhnKbOntcY2ig03T6AC4FEw6bvF8XqMgIz7gU5RWje9q8wG85UkR1gw"},
    {Issuer::Signer, "early-rs", FixtureToken::Nature::Forged, true, "jwt-subject-17",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTE3Iiwic2NvcGUiOiJyZWFkIiwiZXhwIjo0MTAyNDQ0ODAwfQ.L"
     "rhtQwVsFkallzXfBZBB4f4gDYthSe5-Sresw1Tw_fmUuE8Emek_HFJFqpbW_uldnBVnkE0plVdK6Izm-0dIU5zBK"
     "XihIIH00s0gtgE7q_BTlAaIwbh8DjwR4-qyBIVknmm40xW9eokN_rWS-5iQqH0hyXDzC1Vvz5cxeNABvqO0BAMN3"
     "3dlNxgtOMTO3195BCduWN7H9w7fctYvw9XDjdTbfPXkrHMIV6BzY16A0MjfHc_CjeFUktbJQwqZcX-CiSlmYo8gU"
     "vVrQz_AvTfuq8YcT_VBJFV2jejAoh3qwVrI_zZ4phTscZ_P_Zcw8HD8oho5Z1JRKOBr2urDDFQocw"},
    {Issuer::Signer, "early-es", FixtureToken::Nature::Forged, true, "jwt-subject-18",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVhcmx5LWVzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3NpZ25lciIsInN1YiI6Imp3dC1zdWJqZWN0LTE4Iiwic2NvcGUiOiJyZWFkIiwiZXhwIjo0MTAyNDQ0ODAwfQ.Z"
     "gIYW7NPqTy9g_HctgkfJj8jrr9zfCYwnc2wIAzOSV3L-17KQl_sFQNG79CG9dqZa2L0S0XITgulMCGMXFx3aQ"},
    {Issuer::People, "early-rs", FixtureToken::Nature::Forged, true, "jwt-subject-19",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVhcmx5LXJzIn0.eyJpc3MiOiJodHRwOi8vcHJvdmlkZXIudGVzdDo5MTAw"
     "L3Blb3BsZSIsInN1YiI6Imp3dC1zdWJqZWN0LTE5Iiwic2NvcGUiOiJyZWFkIiwiZXhwIjo0MTAyNDQ0ODAwfQ.y"
     "OODik3E_6VYshfFiN9UwEitqj03a-h-bROwbotBnO2tgHPpAJzx2L9WWaHrQAQqfV6dWKxfxLxMIeGNj7W1Zdklf"
     "gVKYrVQcVP5_EoNOxur1wN-O112Ibq0W4tjnHW1kC33UlPjd9KQ6e5yX7UEJr8BgWHKGRjIoilLxx20g7z07KJ_k"
     "OiVJMx30EC5IqOz8BB_U15VCsX-D4-gXTY7GLTCp9Q3o9vOm0Cwmv0AileapIPF5vuwiHX1QzEe5rmH-WjyVGsEL"
     "EO7_LmKRYWD7UD_rOld4-fPV1RLETJWS2diWqON_UQGeCGEvZzqGHoxmGyC8XW4zOToOk0N9kOMIw"},
};

}  // namespace

std::span<const FixtureKey> fixture_keys() { return keys; }
std::span<const FixtureToken> fixture_tokens() { return tokens; }

}  // namespace postern::simulation
