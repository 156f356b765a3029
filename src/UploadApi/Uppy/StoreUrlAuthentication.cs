using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.UploadApi.Uppy;

/// <summary>Authenticates a request by its signed URL as the owner of the asset, for the signed operation only.</summary>
internal sealed class StoreUrlAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AssetDbContext db, StoreUrls urls)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The policy of these routes.</summary>
    public const string Policy = "store-url";

    /// <summary>The claim that names the operation.</summary>
    public const string Operation = "operation";

    public static void AddTo(IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, StoreUrlAuthentication>(Policy, _ => { });
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Policy).RequireAuthenticatedUser());
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Guid.TryParse(Request.RouteValues["id"] as string, out var id) || Request.Query[StoreUrls.Field] is not [{ } signature]) return AuthenticateResult.NoResult();
        var owner = await db.Assets.AsNoTracking().Where(a => a.Id == id).Select(a => new { a.TenantId, a.OwnerId }).SingleOrDefaultAsync(Context.RequestAborted);
        if (owner is null || urls.Check(signature, owner.TenantId, owner.OwnerId, id) is not { } operation) return AuthenticateResult.Fail("The URL is not valid.");
        var user = new ClaimsIdentity(
            [new Claim("userId", owner.OwnerId), new Claim("tenant", owner.TenantId), new Claim(Operation, operation.ToString())], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(user), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => StoreXml.AccessDenied.ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => StoreXml.AccessDenied.ExecuteAsync(Context);
}
