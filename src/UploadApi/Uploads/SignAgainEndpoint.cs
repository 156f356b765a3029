using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary><c>POST /api/upload/{id}/url</c>: another URL for the same upload.</summary>
internal sealed class SignAgainEndpoint(SignUploadAgain sign, IOptions<UploadOptions> options, ApiAddress address)
{
    public async Task<IResult> HandleAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await sign.RunAsync(id, user.ToCaller(), cancellationToken) switch
        {
            SignAgainResult.Issued issued => Results.Ok(PresignResponse.Of(issued.Upload, options.Value, address)),
            var refused => Problem.Of(refused).ToResult(),
        };
}
