#include "firmware/linux/secret_file.hpp"

#include <gtest/gtest.h>

namespace postern::firmware {
namespace {

constexpr uid_t root = 0;
constexpr uid_t somebody = 1000;
constexpr gid_t some_group = 990;

TEST(SecretFile, IsItsOwnersAlone) {
  for (const uid_t owner : {root, somebody}) {
    EXPECT_FALSE(exposed({S_IFREG | 0600, owner, owner}, false));
    EXPECT_FALSE(exposed({S_IFREG | 0400, owner, owner}, false));
    for (const mode_t mode : {0640U, 0620U, 0610U, 0604U, 0602U, 0601U, 0644U, 0666U}) {
      EXPECT_TRUE(exposed({S_IFREG | mode, owner, owner}, false)) << std::oct << mode;
    }
  }
}

TEST(SecretFile, MayBeReadByAGroupThatRootGaveItTo) {
  EXPECT_FALSE(exposed({S_IFREG | 0640, root, some_group}, false));
  EXPECT_FALSE(exposed({S_IFREG | 0440, root, some_group}, false));
  for (const mode_t mode : {0660U, 0650U, 0641U, 0642U, 0644U}) {
    EXPECT_TRUE(exposed({S_IFREG | mode, root, some_group}, false)) << std::oct << mode;
  }
}

TEST(SecretFile, OfAnyoneElseIsNotGivenToAGroup) {
  // Such a user's files have its group by themselves: nobody meant anything by it.
  EXPECT_TRUE(exposed({S_IFREG | 0640, somebody, some_group}, false));
}

TEST(SecretFile, HandedOverAsACredentialMayHaveAnAccessList) {
  EXPECT_FALSE(exposed({S_IFREG | 0440, root, root}, true));
  EXPECT_FALSE(exposed({S_IFREG | 0400, somebody, somebody}, true));
  EXPECT_TRUE(exposed({S_IFREG | 0444, root, root}, true));
  EXPECT_TRUE(exposed({S_IFREG | 0460, root, root}, true));
}

TEST(Credential, LiesInTheFolderOfTheServiceManager) {
  constexpr const char* folder = "/run/credentials/postern.service";
  EXPECT_TRUE(is_credential("/run/credentials/postern.service/secret", folder));
  EXPECT_FALSE(is_credential("/run/credentials/postern.service", folder));
  EXPECT_FALSE(is_credential("/run/credentials/postern.service/../other/secret", folder));
  EXPECT_FALSE(is_credential("/run/credentials/postern.services/secret", folder));
  EXPECT_FALSE(is_credential("/etc/postern/secret", folder));
}

TEST(Credential, IsNothingWithoutSuchAFolder) {
  EXPECT_FALSE(is_credential("/secret", ""));
  EXPECT_FALSE(is_credential("secret", ""));
}

}  // namespace
}  // namespace postern::firmware
