using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Inserts many rows of one table by one statement with one array for each column. Columns and conversions are those of the model, so that a new column needs nothing
/// here. EF Core sends a statement for each row, and its change tracker takes several times the CPU time of that.
/// </summary>
internal sealed class TableWriter
{
    private readonly string _table;
    private readonly Column[] _columns;

    // By the columns that have a value: few, because most columns of a new row always have one or never.
    private readonly ConcurrentDictionary<UInt128, string> _statements = new();

    public TableWriter(IEntityType rows)
    {
        var table = StoreObjectIdentifier.Create(rows, StoreObjectType.Table)!.Value;
        _table = table.Name;
        _columns = [.. rows.GetProperties().Where(property => property.GetComputedColumnSql() is null).Select(property => Column.Of(property, property.GetColumnName(table)!))];
        if (_columns.Length > 128) throw new InvalidOperationException($"The table {_table} has more columns than a mask has bits.");
    }

    /// <summary>The statement that inserts these rows.</summary>
    public NpgsqlBatchCommand Insert<T>(IReadOnlyList<T> rows)
        where T : class
    {
        var (command, mask) = (new NpgsqlBatchCommand(), UInt128.Zero);
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].ValuesOf(rows) is not { } parameter) continue;
            mask |= UInt128.One << i;
            command.Parameters.Add(parameter);
        }

        command.CommandText = _statements.GetOrAdd(mask, Statement);
        return command;
    }

    private string Statement(UInt128 mask)
    {
        var columns = string.Join(", ", _columns.Where((_, i) => (mask >> i & UInt128.One) == UInt128.One).Select(column => $"\"{column.Name}\""));
        var places = string.Join(", ", Enumerable.Range(1, (int)UInt128.PopCount(mask)).Select(place => $"${place}"));
        return $"INSERT INTO {_table} ({columns}) SELECT * FROM unnest({places})";
    }

    /// <param name="Name">The column.</param>
    /// <param name="ArrayType">The type of the parameter.</param>
    /// <param name="ElementType">The type of a value in .NET.</param>
    /// <param name="Read">The value of a row as the database has it.</param>
    /// <param name="MayBeLeftOut">A column without a value is null then.</param>
    private sealed record Column(string Name, string ArrayType, Type ElementType, Func<object, object?> Read, bool MayBeLeftOut)
    {
        public static Column Of(IProperty property, string name)
        {
            var (mapping, getter) = (property.GetRelationalTypeMapping(), property.GetGetter());
            var type = mapping.Converter?.ProviderClrType ?? property.ClrType;
            if (property.IsNullable && type.IsValueType && Nullable.GetUnderlyingType(type) is null) type = typeof(Nullable<>).MakeGenericType(type);
            return new Column(
                name,
                $"{mapping.StoreTypeNameBase}[]",
                type,
                mapping.Converter is { } converter ? row => getter.GetClrValue(row) is { } value ? converter.ConvertToProvider(value) : null : getter.GetClrValue,
                property.IsNullable && property.GetDefaultValue() is null && property.GetDefaultValueSql() is null);
        }

        /// <returns>Null if no row has a value.</returns>
        public NpgsqlParameter? ValuesOf<T>(IReadOnlyList<T> rows)
            where T : class
        {
            Array? values = null;
            for (var i = 0; i < rows.Count; i++)
            {
                if (Read(rows[i]) is not { } value) continue;
                values ??= Array.CreateInstance(ElementType, rows.Count);
                values.SetValue(value, i);
            }

            if (values is null && !MayBeLeftOut) values = Array.CreateInstance(ElementType, rows.Count);
            return values is null ? null : new NpgsqlParameter { Value = values, DataTypeName = ArrayType };
        }
    }
}
