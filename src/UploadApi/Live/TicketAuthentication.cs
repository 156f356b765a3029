using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Live;

/// <summary>
/// Opens a stream by <c>?ticket=</c>, for clients that cannot send a header, such as a browser's EventSource. A token in a URL is never
/// accepted, because URLs end in logs and histories.
/// </summary>
internal sealed class TicketAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IServiceScopeFactory scopes)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The policy of streams: a ticket if the URL has one, else a token.</summary>
    public const string Policy = "stream";

    private const string Ticket = "ticket";

    public static void AddTo(IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, TicketAuthentication>(Ticket, _ => { })
            .AddPolicyScheme(Policy, displayName: null, either =>
                either.ForwardDefaultSelector = http => http.Request.Query.ContainsKey(Ticket) ? Ticket : JwtBearerDefaults.AuthenticationScheme);
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Policy).RequireAuthenticatedUser());
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (StreamScope.Parse(Request.Path) is not { } scope) return AuthenticateResult.NoResult();
        await using var services = scopes.CreateAsyncScope();
        if (await services.ServiceProvider.GetRequiredService<StreamTickets>().RedeemAsync(Request.Query[Ticket], scope, Context.RequestAborted) is not { } redeemed)
            return AuthenticateResult.Fail("The ticket is not valid.");
        var user = new ClaimsIdentity([new Claim("userId", redeemed.OwnerId), new Claim("tenant", redeemed.TenantId)], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(user), new AuthenticationProperties { ExpiresUtc = redeemed.TokenExpiresAt }, Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.Unauthorized($"The ticket is not valid: it opens one stream once, within {StreamTickets.Life.TotalSeconds:0} s. Request another, or leave it out.").WriteAsync(Response);
    }
}
