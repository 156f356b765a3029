using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Hosting;

namespace Pipeline.AllInOne.SignIn;

/// <param name="Key">The content of the file <c>token-key</c> in the data folder.</param>
/// <param name="UserId">The user of the token.</param>
/// <param name="Role">A role, such as <c>admin</c>, or null.</param>
internal sealed record TokenRequest(string? Key, string? UserId, string? Role = null);

/// <param name="Key">
/// Signs a browser in, once. The link is this server's address plus <c>/#key=</c> and the key; requests and logs never contain the part after
/// <c>#</c>.
/// </param>
internal sealed record LinkResponse(string Key, DateTimeOffset ExpiresAt);

/// <param name="Key">The key of a sign-in link.</param>
internal sealed record SignInRequest(string? Key);

/// <summary>
/// Tokens without an app: <c>POST /dev/token</c> and <c>/dev/sign-in-links</c> for users who can read the data folder, <c>/dev/sign-in</c> for a
/// browser with a sign-in link. Mapped only if <see cref="SignInOptions.Tokens"/> is on.
/// </summary>
internal static class SignInEndpoints
{
    private const int MaxUserIdLength = 128;

    public static void AddSignIn(this WebApplicationBuilder builder, string dataFolder)
    {
        builder.Services.AddValidatedOptions<SignInOptions>(builder.Configuration, SignInOptions.Section);
        builder.Services.AddSingleton(_ => new TokenKey(dataFolder)).AddSingleton<SignInLinks>().AddSingleton<TokenSigner>();
    }

    /// <summary>Whether <c>/dev/sign-in</c> is mapped.</summary>
    public static bool HasSignInLinks(this WebApplication app) => app.Services.GetRequiredService<IOptions<SignInOptions>>().Value.Tokens;

    public static void MapSignIn(this WebApplication app)
    {
        if (!app.HasSignInLinks()) return;
        app.Services.GetRequiredService<TokenKey>(); // creates its file before the server answers
        var routes = app.MapGroup("/dev").AllowAnonymous().ExcludeFromDescription().AddEndpointFilter(async (context, next) =>
            LocalRequest.IsLocal(context.HttpContext) ? await next(context) : Results.NotFound());
        routes.MapPost("/token", (TokenRequest body, TokenKey key, TokenSigner signer) => ForKeyHolder(body, key, person => Token(signer, person)));
        routes.MapPost("/sign-in-links", (TokenRequest body, TokenKey key, SignInLinks links) => ForKeyHolder(body, key, person => Link(links, person)));
        routes.MapPost("/sign-in", (SignInRequest body, SignInLinks links, TokenSigner signer) =>
            links.Use(body.Key) is { } person
                ? Token(signer, person)
                : Refused("This link was used before or has expired. Make a new one: ./pipeline sign-in"));
    }

    private static IResult ForKeyHolder(TokenRequest body, TokenKey key, Func<Person, IResult> answer)
    {
        if (!key.Is(body.Key)) return Refused($"'key' must be the content of the file '{TokenKey.FileName}' in the server's data folder.");
        if (body.UserId is not { Length: > 0 and <= MaxUserIdLength }) return Wrong($"'userId' must have 1 to {MaxUserIdLength} characters.");
        return body.Role is null || Role.All.Contains(body.Role) ? answer(new Person(body.UserId, body.Role)) : Wrong($"'role' must be one of {string.Join(", ", Role.All)}, or missing.");
    }

    private static IResult Token(TokenSigner signer, Person person) =>
        signer.Sign(person) is { } token ? Results.Ok(token) : Wrong("'Auth:Authority' issues the tokens of this server; get one there.");

    private static Ok<LinkResponse> Link(SignInLinks links, Person person)
    {
        var (key, end) = links.Make(person);
        return TypedResults.Ok(new LinkResponse(key, end));
    }

    private static IResult Refused(string why) => Results.Problem(why, statusCode: 401, extensions: [new("code", "unauthorized")]);

    private static IResult Wrong(string why) => Results.Problem(why, statusCode: 400, extensions: [new("code", "invalid_request")]);
}
