namespace Pipeline.AllInOne.SignIn;

/// <summary>Tokens for people at this machine, in place of an app that signs them. Section <c>Development</c>.</summary>
public sealed class SignInOptions
{
    public const string Section = "Development";

    /// <summary>
    /// Hand out tokens to whoever can read the key <c>token-key</c> in the data folder. Default false; <c>./run.sh</c> sets it.
    /// </summary>
    public bool Tokens { get; set; }
}
