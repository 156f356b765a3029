using System.Text.RegularExpressions;

namespace Pipeline.Architecture;

/// <summary>Files that must not be in the repository, and files that must.</summary>
public sealed partial class SecretTests
{
    private static readonly string[] Binary = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".ico", ".woff2", ".zip", ".db"];

    [Fact]
    public void No_file_names_a_folder_of_somebodys_machine() => Repository.Files
        .Where(file => !Binary.Contains(Path.GetExtension(file.Path)))
        .Where(file => HomeFolder().IsMatch(file.Text))
        .Select(file => file.Path)
        .ShouldBeEmpty();

    [Fact]
    public void A_filled_in_env_file_cannot_be_committed_and_its_example_is_there()
    {
        Repository.Git("check-ignore", "--no-index", ".env").ShouldBe([".env"]);
        Repository.Git("ls-files", "--", ".env").ShouldBeEmpty();
        Repository.Git("ls-files", "--", ".env.example").ShouldBe([".env.example"]);
    }

    [Fact]
    public void The_example_holds_names_and_no_secrets()
    {
        var example = new SourceFile(".env.example");
        File.Exists(Path.Combine(Repository.Root, example.Path)).ShouldBeTrue();

        example.Lines.Where(line => FilledSecret().IsMatch(line)).ShouldBeEmpty();
    }

    [Fact]
    public void No_private_key_is_in_the_repository() => Repository.Files
        .Where(file => !Binary.Contains(Path.GetExtension(file.Path)))
        .Where(file => PrivateKey().IsMatch(file.Text))
        .Select(file => file.Path)
        .ShouldBeEmpty();

    // A path from the root or after a quote; web addresses such as https://host/home/ do not match.
    [GeneratedRegex(@"(?<![\w.])/(home|Users)/(?!runner\b)[A-Za-z][\w.-]*/|[A-Z]:\\Users\\\w|(?<![\w.])/root/\w", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex HomeFolder();

    [GeneratedRegex(@"^\s*\w*(SECRET|KEY|PASSWORD|TOKEN)\w*\s*=\s*[A-Za-z0-9+/=_-]{20,}\s*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FilledSecret();

    [GeneratedRegex("BEGIN " + @"([A-Z]+ )?PRIVATE KEY", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PrivateKey();
}
