using Pipeline.Assets;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Audit;

[Collection(ApiHostTests.Name)]
public sealed class RoleTests(ApiHost api)
{
    [Theory]
    [InlineData("viewer", true, false, false)]
    [InlineData("operator", true, true, false)]
    [InlineData("admin", true, true, true)]
    [InlineData("Admin", false, false, false)]
    [InlineData("editor", false, false, false)]
    public void A_role_includes_the_lower_ones(string role, bool views, bool operates, bool administers)
    {
        var caller = new Caller("t", "u", new HashSet<string> { role });
        (caller.Has(Role.Viewer), caller.Has(Role.Operator), caller.Has(Role.Admin)).ShouldBe((views, operates, administers));
    }

    [Theory]
    [InlineData(null, 403)]
    [InlineData("editor", 403)]
    [InlineData("viewer", 200)]
    [InlineData("operator", 200)]
    [InlineData("admin", 200)]
    public async Task The_audit_needs_a_viewer(string? role, int status)
    {
        var answer = await api.SendAsync(AppToken.For("ada", ApiHost.Secret, role), "GET", "/api/admin/audit", body: null);

        answer.Status.ShouldBe(status);
        if (status == 403) (answer.Code, answer.Text("role")).ShouldBe(("forbidden", "viewer"));
    }

    [Fact]
    public async Task Without_a_token_nobody_learns_of_roles() => (await api.GetAsync("/api/admin/audit", user: null)).Status.ShouldBe(401);

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=x", "cursor")]
    public async Task A_wrong_page_is_named(string query, string field) =>
        (await api.SendAsync(AppToken.For("ada", ApiHost.Secret, "viewer"), "GET", $"/api/admin/audit?{query}", body: null)).Errors.Keys.ShouldBe([field]);
}
