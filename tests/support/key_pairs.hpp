#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace postern::test {

/// A private key for tests alone, and the public half of it.
struct KeyPair {
  std::string_view pem;  ///< As a file would hold it.
  std::string_view jwk;  ///< Public.

  /// As a configuration keeps it: with the zero byte behind the literal.
  [[nodiscard]] std::span<const std::byte> with_zero() const {
    return std::as_bytes(std::span(pem.data(), pem.size() + 1));
  }
};

/// P-256, PKCS#8.
inline constexpr KeyPair p256_key{
    R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgworLZslE5sfvr8wx
CtqY/grZyH29+w2usHUNBa3GzXyhRANCAASTWMHdjh2hi5Rh2o1SbCovyqpnPGIM
NfOX2QJK3rHEgY2D94DfwxkLcx6muWjX7vjP7ScN+Y4TbVzDIkiqsEHK
-----END PRIVATE KEY-----
)",
    R"({"kty":"EC","x":"k1jB3Y4doYuUYdqNUmwqL8qqZzxiDDXzl9kCSt6xxIE","y":"jYP3gN_DGQtzHqa5aNf)"
    R"(u-M_tJw35jhNtXMMiSKqwQco","crv":"P-256"})"};

/// Another one, in the form of SEC 1.
inline constexpr KeyPair p256_sec1_key{
    R"(-----BEGIN EC PRIVATE KEY-----
MHcCAQEEICqAE4C+lJswx1o/ah07KhiZuIQSg+OMydkL4njaYE3YoAoGCCqGSM49
AwEHoUQDQgAE1JfnnYW105/rEaTcX8zOK7CaAOpsMw4q0nrZmHEFugqVX/U1ozKc
KqE6S1sGxMGFExl9z/Gf45CFZ+xr7bND2g==
-----END EC PRIVATE KEY-----
)",
    R"({"kty":"EC","x":"1JfnnYW105_rEaTcX8zOK7CaAOpsMw4q0nrZmHEFugo","y":"lV_1NaMynCqhOktbBsT)"
    R"(BhRMZfc_xn-OQhWfsa-2zQ9o","crv":"P-256"})"};

inline constexpr KeyPair p384_key{
    R"(-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCB0NRF3LrdAE1PBpz1
AWoXysrxPVVBPriBMlbiKxl3aeNhR3lcwxTd96KlhZegeByhZANiAAS6gy9dVKDV
yij1VFKVYoPSuDmZmQIdChY90HwcLYw4rliFLwYnHCeYEgX/jZOZb58TgMpWZBeB
TIcvjZCNZuFj47RDzBL/I0zdFwzX/62mGeMerAR7LS/q5Qw8qWSrXPY=
-----END PRIVATE KEY-----
)",
    R"({"kty":"EC","x":"uoMvXVSg1coo9VRSlWKD0rg5mZkCHQoWPdB8HC2MOK5YhS8GJxwnmBIF_42TmW-f","y")"
    R"(:"E4DKVmQXgUyHL42QjWbhY-O0Q8wS_yNM3RcM1_-tphnjHqwEey0v6uUMPKlkq1z2","crv":"P-384"})"};

inline constexpr KeyPair p521_key{
    R"(-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBnjJnwxm2kMTInwNY
/e/zCFEjn1aUnJbhIZEUn9m5qG8xwqybm41fIrqUO3pzMVtT+wEufNDTKtGQ31Fq
gL56WWqhgYkDgYYABABVav9uCDDCu0aq+J+4v0JZcrZK5BF4ewxCHo6z/iAWT7mn
HIOr7YFRpxnupxpPLKVEsvO/DpT+5AFadbmutUhIoQBqop3vkEGI5Gs0I03JzDbi
yKFVmcs5UNyQf132noqhj4FGnlxmg0fmXATuempiGHyzec0eeB2OgbL4i5U0vfKy
Zg==
-----END PRIVATE KEY-----
)",
    R"({"kty":"EC","x":"AFVq_24IMMK7Rqr4n7i_QllytkrkEXh7DEIejrP-IBZPuaccg6vtgVGnGe6nGk8spUSy8)"
    R"(78OlP7kAVp1ua61SEih","y":"AGqine-QQYjkazQjTcnMNuLIoVWZyzlQ3JB_XfaeiqGPgUaeXGaDR-ZcBO56)"
    R"(amIYfLN5zR54HY6BsviLlTS98rJm","crv":"P-521"})"};

/// 2048 bits, PKCS#1.
inline constexpr KeyPair rsa_key{
    R"(-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEA6GFofJ9sHBC4Eu2Em1OzvLWwIkbAVKopIv+N1qQvwqYkfnj7
GdJ2x0AhcAXvWwHHbniJvTp/AbfcgA+zG7tEjyN3sdngFK2m2PJvMqt0gqUcl0a1
eaPtu3++Z6eMaoUekw+HymMO5rFYHfiG7ya6vYKwOQSP4YAOLDUlQJRtvRYwdVRk
5lPGydc6FLX1yACnU8Mp+ZvyB5jOM+UdLn8FiyajWgDDfzP1jHRVg0c1nkn4q6Qx
+UwNdfcakrGoZEq7FtgWq2zP5AelKVfdT1v9S4OY9RwAGoiSDIWyJqNYkjF1gVnv
+wMCCC96Okr68TRpf3k2SNN4lS0/PduvedzvuwIDAQABAoIBAAXpNvI88qF1w5gt
1+CKr9X4VynaOPardH1sR1rbxsMNXPEZubbfNZor/MIeUOSpDYPxW/0J1r7xZcCF
znBkX3xN4/mYN95hsg6SCwvLIyizxPFGhCDG2Ezs/eIKplXFT+hJGZ6ncH5eNUwZ
3pmJAFlN/yIvEdeBAFV4uSbntAK4qa44N/AZ+I/3OMfWTu/5ctX6NhHsnNynYl3+
b6ndxtKRs52cNYLLwxyoHsRgWDH80yNquumPdl87JmrsKHQBO5uKbZTduiuiYVFF
z5Hpx8ZO2vG2yLTy8BOg5jthtSLgLzsCwJV/FeS7WcYODIJtrAI6eqvY3anK3x06
zi178I0CgYEA+I1m5+9frfNSTJvB8z2QmgFpoQMpvQwGAJ9iqfvbeZ4vVB9Nr4hv
6rcLOtXkQyjujE+T5CFfQu1ItvE+WSxcmlKHSe3Im/v4LBPmQYADDXWouxxoZo9D
a+unQSB9oaxf7gpQtEpmzK82oUCjKjxRNXHnciGftjGubk7j4f1G4S8CgYEA71f0
eNwp1WeaAxE2mBVufyVOWjWPrOk4Mkgc+2tgWpI4Jf22VUb2LK3lDMe6CtvzEga3
NOoQnDC734L76u+4E6afi8IuFasfSmW+4EP9Nzcx/XE9jF1N1BKTu4lmIBHu4rq9
bypx7pwpQvh33XoX1HlaX18NYyzHavxQBOSmfzUCgYAhTmFxxwPdPXPTzDNrMt7D
pFjROKlJKelMAA+qk5NPcsEI1sEEOpY0r56TncHetgdxSeCZe1dWkpFh4mXmcSlf
jJuQboqpTFRvI6OBN3QxQ4j+ucnLpHr2ZTeeZIoxNfYM4dj6r9Wiq//4D79Nk5OW
Q9Mt2g+azIGBSpUC3Xu4BQKBgQCDsFY/5YtS8uTniSILvccFSCZ7NfsufUfBSrI/
l431Z3xjUtxuwVOTs75SMNZpQSnVokJNZ/fpqFrGmRA47NrQXR5tzFKE85mM2ryS
MnZxWfo0Y4kk4PWAmRQV3HyHaraQo4S1VJpJWjzNr15sStAvxPF3hhocljfG4rq4
ZoJBfQKBgFFq8WCsgs/HcrmG7U7uFXO5V/IvNbdvxZ88VAQwBKG3iTXxno/DAWTI
hEuZBOzvO9IvXHJcW4q6IHAxfsMhbeT6PT9QBvBOqU9KJf+62q9+zqd8IZjaM8hM
FtUwVh/CxeGKJ+1nkchp3Ev64Jdll/qYmhN1n331PYJr+asqbUvI
-----END RSA PRIVATE KEY-----
)",
    R"({"kty":"RSA","n":"6GFofJ9sHBC4Eu2Em1OzvLWwIkbAVKopIv-N1qQvwqYkfnj7GdJ2x0AhcAXvWwHHbniJ)"
    R"(vTp_AbfcgA-zG7tEjyN3sdngFK2m2PJvMqt0gqUcl0a1eaPtu3--Z6eMaoUekw-HymMO5rFYHfiG7ya6vYKwOQ)"
    R"(SP4YAOLDUlQJRtvRYwdVRk5lPGydc6FLX1yACnU8Mp-ZvyB5jOM-UdLn8FiyajWgDDfzP1jHRVg0c1nkn4q6Qx)"
    R"(-UwNdfcakrGoZEq7FtgWq2zP5AelKVfdT1v9S4OY9RwAGoiSDIWyJqNYkjF1gVnv-wMCCC96Okr68TRpf3k2SN)"
    R"(N4lS0_Pduvedzvuw","e":"AQAB"})"};

/// PKCS#8.
inline constexpr KeyPair rsa4096_key{
    R"(-----BEGIN PRIVATE KEY-----
MIIJQgIBADANBgkqhkiG9w0BAQEFAASCCSwwggkoAgEAAoICAQDFya+CQ3R+PsbN
32DjTxrciwNI2VSxd+JdxfDojUET6fKfX9X86o9LJTZpB3bMV4YHe4ZL6jsi3v8X
Y+9rcAQaXtVovhPLt8E0CE4w3dGq3j/dPyzGatfdoF21IvW8yx/y/BGhBS6UoutC
AtJfn6v9fmWNFKh+rYqmIsAKXW0ue4pIXyQLaCqF/9w4XEBli7UUwH8TtpJfvftP
SgwDNt6sl4c7lmvbMlxSdg/IG8SuM0SffDZzzQosuEWRYq55KImrm/V7TC8mmv1m
KxB0Cgn8ectd09JBd60S7WDXRCLteNjdn2W8zzCdzpCJCCnf0WHd5J2jJUjcAIhY
2f9pzydc0RNYQYv+tozw7DciLZzI1I1AEb4jA0b0MQFNrVwV315Bt31/ToUU06yC
6sHrekb7MtU+KMNsm2uIV4SIxbf5Pb/BPROmM6bHPxEaS9ySLw8osnUuakp34b6o
BkefYdi/Z3RaDeZTbZRYFeX/TySJjof6rfYJmv6RKwBY0T8OseeVRIw5mLv9fmX/
xdrV4WngwqD8lOCl5leJTI0ck1llspKuVFue5d31wgkE1zAmgV27W9hufYttZWc6
4WscnlOucueevrj+5qQb38WAGUnfRi4fpOClBJECOSsV658C/S82zC79L54AUFya
oxmf7tguRFs3lM2Vo8RzIplpdiZL6QIDAQABAoICAA7k5Qhlr6rmwPjK1qnMu1nv
8UjgmNNJEwJQasJQX3Nc8tjT54eFWvy5KijsQiLEKoMmEahmKfAyeQ+CsTUBeUWf
w5QA0E55zBzwzSvlNans1O6tGGA+tnppiPT1fioqj6wwFYcZyUwHHWPaAOE+OGjn
8O9tUVJCG5vu0lBVgGh3hCPMClOo6J7bnsfzESRfH2fse6/5LST0PQMCW/eNVQ+2
f3KvcqLN3uGUzhPEcjdTWVpl3lcyZw7pYiUUbc1mOJZ0MZ8Iec/UlxAaXmxRPzbv
La8nSYDa6W0bSWdx1EGBZVoBwVsKV9UNCO77buUnCCbPVZxDWAJn2zH5r0ABX1Yo
wzmavQUXMJhKzCnJyeDo6YotU7PMQdQbpFPmT9IoE1jf4B+RQGeuoX5tAXLMrkBF
zPgBq/+8Ph2AnuKvOyMQ7AqbGnO4Y2+Yp5xJj4R0GoBWqWZJM32M9kl672UNDkdJ
rBSoADetpFmnQFEo1OjWyOaVyA337EpU71QO4DX9jYunFFnLXe579uQj8+hEwvHq
Rrk7duGPJ7axSytAXyFALwHEhVMj8j4npdf82OpR2kGu5+PDuSMnbgyXyxkuvsMu
KWz5oOPH2CeqDhE0zSRLUVj2U2EOYL2dh9jwdZ0GbTgTwUek1BEAJ7x4nFBFO8kH
vM9eniLbF9iVWREtVB8zAoIBAQD4RrcEOAIK2E+RLK42kTFfUtccw1bFIoNTGA3l
FXqVqZBqGPh2X9vAsaXjJZS+mEVrDI0ra9JvXFRbaGCHgWEXHEWCTqynyvOG+c9j
MzvzkpsA6KeTIgL4Kj4dvw5TZJ0H9jUbWWyIuikFyVT62F9kM7yg9iB40AuTS2ag
08az3WxLSThoaHbDo6/hDX6wZpdp+00KoRUTE78IlMnqhJy7rg9LTo0O9CefGwiu
Nb6e8l/j0KsvhF+hsJ++7HtrsZAbXxeroDqL5fgUtS7SkpBI8bHHfkYVJLA0QCPN
X3wAA+Z0MrVw3NjbxT70VUMD4q3JjLgIxFrgEfgA8oxyEdQrAoIBAQDL8ODfMuJD
7L+uRdNM/VM0VFmtwZWhslY26RvRl8EZirrwZwlwq2u8CnuWSMGVgp7rUBSLDJue
4x2tDaSaAKGj+7Msg7GQZemoEaQ5f26C2SqZiW8y2IircdxjaKyhGzuTt89EV7/H
2Gna8+XqIMOwh0QO/VAPAFnEDukrhTutG58vVIJxrI5Z/0P/QTH7PFz39UZvtacK
yfdty5ApONl+2ugCkiHCTMyCFNSfi/Oh9rPcKqfbuzjtfHSi2ibJWh1TYMTRRwQj
EcixqzIQe4MCyae2B6Js7BMIIsMj5kgBPu4dl8yymvwYgUwNELnCOjphn0M9ffG9
6VyYJ9fizjI7AoIBAB7bIwnKMC7K3XCsfeZYOyuerw9rE5CijnG4TpnHBpotHb6h
5ddIaJZVPcmyNP9PC2mXgMABwYCHmBBYM48DvF5T7CuavYiJB6UhzO2GQ5AtC0ic
oZ7+niHblia6RPyGR6Hiroz8mymPAWQvtnkKhSh96ZaToEuDh7zBpTqdt1dJUJk2
u2T2frQn1scAl1szFOReECAfDvB1Bsv5OfMEkjodEteIJq3SGE6E3JpSIaO9eb9l
grEAIaaFvgTLfTdQNRnBwr5Yxo32gdOJBQ20m2wFZdPmVK1yBtgnlIuEr3ONCIou
dzBUsjr2E7HoGtETzgd7jq/AP48TjKAJhPz0TEsCggEBAIHLhnLHQbYVQVE642ZG
e+P8Iy8w23iTtccwySG1wZHt91f1W863atO8oDdfisUK4vXEe66bkZen2EVBP5c7
+6QQF1KnZiUOl4z93VUywzTH3hLloz3rDeB/kNI71lKasGotO961MjuQgp51R8ig
nasGC8y2b3N8t6TOEJxAKWDdCYzn7jVGqzqf+bjE13icTFcLZY7HP87gB3d7bP6v
Tc0sqSiptI6iri3D8CayvZZBGutuwnJYT7zlzp2u1ayki7F7DwhaeEmRkfdxi2Vu
Fk155iE17qv/+4TcCvIYJ4+Ta5yt9fteJD+8WpieInt475sd7399XpONp/62rPGO
Ze0CggEALlecnc0APriAD2lg8WOH4zHrXVquD8LkxMVEv2obrQRBjMmRxpN/rHcP
CH/XcAtM+YWmV7GoFdyYacttueoiy/ZFMk5NQNWvUyaT9yDliQtsxiXvYcsQHEcI
W3T2MNQH9EgZMYLWXFCgiGlfQN28GJRTmqzWWeOPP+yEzKCNNwuEGSH8IkGPzywZ
/KKTZVeIhD0ZSqeZziVnGuy5tPyed7o3VbRsInwwQx52Mky5IJ2TZbj9IpgbR6Me
bhmRCgsKxPxm/Ota2+j+NItiXTd2GADBs7l5n3LfDQd2VnPBXQRKH8NiF28N0SA7
IRwhWOULj856q7x+iWXhqS7YFFcYWA==
-----END PRIVATE KEY-----
)",
    R"({"kty":"RSA","n":"xcmvgkN0fj7Gzd9g408a3IsDSNlUsXfiXcXw6I1BE-nyn1_V_OqPSyU2aQd2zFeGB3uG)"
    R"(S-o7It7_F2Pva3AEGl7VaL4Ty7fBNAhOMN3Rqt4_3T8sxmrX3aBdtSL1vMsf8vwRoQUulKLrQgLSX5-r_X5ljR)"
    R"(Sofq2KpiLACl1tLnuKSF8kC2gqhf_cOFxAZYu1FMB_E7aSX737T0oMAzberJeHO5Zr2zJcUnYPyBvErjNEn3w2)"
    R"(c80KLLhFkWKueSiJq5v1e0wvJpr9ZisQdAoJ_HnLXdPSQXetEu1g10Qi7XjY3Z9lvM8wnc6QiQgp39Fh3eSdoy)"
    R"(VI3ACIWNn_ac8nXNETWEGL_raM8Ow3Ii2cyNSNQBG-IwNG9DEBTa1cFd9eQbd9f06FFNOsgurB63pG-zLVPijD)"
    R"(bJtriFeEiMW3-T2_wT0TpjOmxz8RGkvcki8PKLJ1LmpKd-G-qAZHn2HYv2d0Wg3mU22UWBXl_08kiY6H-q32CZ)"
    R"(r-kSsAWNE_DrHnlUSMOZi7_X5l_8Xa1eFp4MKg_JTgpeZXiUyNHJNZZbKSrlRbnuXd9cIJBNcwJoFdu1vYbn2L)"
    R"(bWVnOuFrHJ5TrnLnnr64_uakG9_FgBlJ30YuH6TgpQSRAjkrFeufAv0vNswu_S-eAFBcmqMZn-7YLkRbN5TNla)"
    R"(PEcyKZaXYmS-k","e":"AQAB"})"};

/// Too short to be used.
inline constexpr KeyPair short_rsa_key{
    R"(-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANd8WPOBBqKxtVuG
98ePVFKDowI1JKrL5kkS41qGQgbznghdZTYNT9UYtQwoopakDOQf/aOOJG6hHD5d
f35lszUl65xanbYnFOqZl3fSJrpEg5+hFQphq+usDZM8H+cKo/HhBh7sBHVffgCE
usN3OX8dJFg0bYUnzUhAKfG94dqHAgMBAAECgYApFxQbMuJiCcMMdfsvuZwZs/JU
jG+2hfUewBRMgcd7bd8Xtz+ChB1SBEkZzXHbieLPaW5DTuqRkfVByzBxmNEIGuTg
AkU2xjaw99/VmoZCasLpTLsShynXKHImymgBFAezp6245uz5lx8TCYA7k00Ql4Xu
p18ylI/ytfirfguIEQJBAOtZDB35FoHd2h3/nAIRr1iGF/aG6NM/0WC6Em1d0P1J
y53DaP8bcS8/VfcmgYkk6kZnfRrrinwYZsAgoS35OP8CQQDqZRwAo1+E0aPMeMC0
NHz7PrDzXxeoREYA0PKr/9vVVJWCLrnYYwjQ6jQjcPXhCfOxQpPoiAXxPfXX4223
0BZ5AkEAubDH07peHNdrqrGsaSGFBUbAD36Ao3U+AaCuu2YDaGXaZz7wUCBZ3JqP
fHMAT7I1upka56ui16j1IXBdXAXBBwJAbWuZ8OpTcutyrcdJHlbKaXdQn6wqnRCS
JVtljcm5VBNSYB10AIHq4awTfuACyHUe4AcWiRzGuWGVXJz84Sww8QJAcR4raSCg
GjO7CnlQODc2RLyD7DeJLZRbH6G2J03kKx3x8hsJ0WOmaz31IrURMWN9tJ4hVzTB
LQiyLPns2dWCzg==
-----END PRIVATE KEY-----
)",
    R"({"kty":"RSA","n":"13xY84EGorG1W4b3x49UUoOjAjUkqsvmSRLjWoZCBvOeCF1lNg1P1Ri1DCiilqQM5B_9)"
    R"(o44kbqEcPl1_fmWzNSXrnFqdticU6pmXd9ImukSDn6EVCmGr66wNkzwf5wqj8eEGHuwEdV9-AIS6w3c5fx0kWD)"
    R"(RthSfNSEAp8b3h2oc","e":"AQAB"})"};

}  // namespace postern::test
