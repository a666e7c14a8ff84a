import java.util.Arrays;
import org.eclipse.rdf4j.federated.FedXFactory;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.Repository;
import org.eclipse.rdf4j.repository.RepositoryConnection;

/** Asks several endpoints as one by FedX: the query on standard input, addresses as arguments, JSON on output. */
class AskFedX {
    public static void main(String[] endpoints) throws Exception {
        String query = new String(System.in.readAllBytes(), "UTF-8");
        Repository all = FedXFactory.newFederation().withSparqlEndpoints(Arrays.asList(endpoints)).create();
        try (RepositoryConnection connection = all.getConnection()) {
            connection.prepareTupleQuery(query).evaluate(new SPARQLResultsJSONWriter(System.out));
        } finally {
            all.shutDown();
        }
    }
}
