using Microsoft.EntityFrameworkCore;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

public sealed class MigrationTests
{
    [Fact]
    public void The_migrations_make_the_model_that_the_code_has()
    {
        using var room = new Backroom();
        using var db = room.Open();

        db.Database.HasPendingModelChanges().ShouldBeFalse("run tools/migrate.sh after a change of the model");
    }
}
