namespace Pipeline.AllInOne.SignIn;

/// <summary>Tokens for users of this machine, in place of an app that signs them. Section <c>Development</c>.</summary>
public sealed class SignInOptions
{
    public const string Section = "Development";

    /// <summary>
    /// Issue tokens to users who can read the key <c>token-key</c> in the data folder. Default false; <c>./run.sh</c> sets it.
    /// </summary>
    public bool Tokens { get; set; }
}
