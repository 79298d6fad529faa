// 登录所问 What sign-in asks.
export {
  SignInDocument as SignIn,
  BindSecondFactorDocument as BindSecondFactor,
  VerifySecondFactorDocument as VerifySecondFactor,
  ChangePasswordDocument as ChangePassword,
  SignOutDocument as SignOut,
} from '../shell/generated/graphql.ts';
