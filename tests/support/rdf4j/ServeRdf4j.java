import java.util.List;
import org.eclipse.jetty.security.ConstraintMapping;
import org.eclipse.jetty.security.ConstraintSecurityHandler;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.security.Constraint;
import org.eclipse.jetty.util.security.Credential;
import org.eclipse.jetty.webapp.WebAppContext;

/** Serves the RDF4J server on loopback to who knows the password: WAR PORT NAME PASSWORD. */
class ServeRdf4j {
    public static void main(String[] arguments) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[1]));
        server.addConnector(connector);

        UserStore users = new UserStore();
        users.addUser(arguments[2], Credential.getCredential(arguments[3]), new String[] {"user"});
        HashLoginService logins = new HashLoginService("rdf4j");
        logins.setUserStore(users);
        Constraint constraint = new Constraint(Constraint.__BASIC_AUTH, "user");
        constraint.setAuthenticate(true);
        ConstraintMapping everywhere = new ConstraintMapping();
        everywhere.setPathSpec("/repositories/*");
        everywhere.setConstraint(constraint);
        ConstraintSecurityHandler security = new ConstraintSecurityHandler();
        security.setAuthenticator(new BasicAuthenticator());
        security.setLoginService(logins);
        security.setConstraintMappings(List.of(everywhere));

        WebAppContext application = new WebAppContext(arguments[0], "/");
        application.setSecurityHandler(security);
        server.setHandler(application);
        server.start();
        server.join();
    }
}
